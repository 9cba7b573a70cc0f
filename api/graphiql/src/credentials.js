// Who asks. Tokens stay in memory: nothing here is written to the browser's storage.
const RENEW_BEFORE_SECONDS = 30;

export function createCredentials(config) {
  let tokens = config.tokens;
  let session = null;
  const listeners = new Set();

  async function renew() {
    const response = await fetch('/graphiql/config.json');
    if (response.ok) tokens = (await response.json()).tokens;
  }

  return {
    /** The identity of the open tab; the identity switch sets it. */
    current: 'nobody',
    get session() {
      return session;
    },

    /** The value of the Authorization header for an identity, or null for nobody. */
    async authorization(identity, { anew = false } = {}) {
      if (identity === 'session') return session && `Bearer ${session.accessToken}`;
      if (!tokens[identity]) return null;
      if (anew || expiresSoon(tokens[identity])) await renew();
      return `Bearer ${tokens[identity]}`;
    },

    /** A sign-in in an answer becomes an identity of its own. */
    remember(data) {
      const found = Object.values(data ?? {}).find(payload => payload?.session?.accessToken);
      if (!found) return;
      session = found.session;
      listeners.forEach(listener => listener());
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function expiresSoon(token) {
  try {
    const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    return JSON.parse(atob(payload)).exp - RENEW_BEFORE_SECONDS < Date.now() / 1000;
  } catch {
    return false;
  }
}
