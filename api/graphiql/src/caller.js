// Who asks, and in which language. Tokens stay in memory, never in the browser's storage.
import { storage } from './storage.js';

export const LANGUAGES = { en: 'English', ru: 'Русский', el: 'Ελληνικά' };
const RENEW_BEFORE_SECONDS = 30;

export function createCaller(config) {
  let tokens = config.tokens;
  let session = null;
  let language = storage.getItem('language') ?? navigator.language.slice(0, 2);
  if (!LANGUAGES[language]) language = 'en';
  const listeners = new Set();

  async function renew() {
    const response = await fetch('/graphiql/config.json');
    if (response.ok) tokens = (await response.json()).tokens;
  }

  return {
    /** The identity of the open tab; the identity switch sets it. */
    identity: 'nobody',
    get session() {
      return session;
    },
    get language() {
      return language;
    },

    /** Titles and texts of the answers come in this language from now on. */
    speak(name) {
      language = name;
      storage.setItem('language', name);
      listeners.forEach(listener => listener());
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
