// Each tab has an identity; the switch in the header changes that of the open tab.
import { createContext, use, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useGraphiQL } from '@graphiql/react';
import { storage } from './storage.js';

const STORAGE_KEY = 'identities';
const CHOICES = {
  member: ['Member', 'A guest of the café with the app on the phone'],
  shop: ['Shop', 'The till or the online shop, with its service key'],
  staff: ['Staff', 'The loyalty team'],
  session: ['Signed in', 'Who has just signed in by a code in this page'],
  nobody: ['Nobody', 'No token at all'],
};
const IdentityContext = createContext(null);

export const useIdentity = () => use(IdentityContext);

export function IdentityProvider({ config, caller, children }) {
  const tab = useGraphiQL(state => state.tabs[state.activeTabIndex]?.id);
  const tabs = useGraphiQL(state => state.tabs.map(({ id }) => id));
  const [byTab, setByTab] = useState(stored);
  const next = useRef(config.tokens.member ? 'member' : 'nobody');
  const session = useSyncExternalStore(caller.subscribe, () => caller.session);
  const choices = Object.keys(CHOICES).filter(
    name => name === 'nobody' || config.tokens[name] || (name === 'session' && session),
  );
  const chosen = byTab[tab] ?? next.current;
  const identity = choices.includes(chosen) ? chosen : 'nobody';
  caller.identity = identity;

  function assign(tabId, name) {
    next.current = name;
    setByTab(before => ({ ...before, [tabId]: name }));
  }
  useEffect(() => {
    // A tab opened later starts as whoever was chosen last, and keeps it.
    if (tab && !(tab in byTab)) assign(tab, next.current);
  }, [tab, byTab]);
  useEffect(() => storage.setItem(STORAGE_KEY, JSON.stringify(byTab, tabs)), [byTab, tabs]);

  const value = {
    identity,
    choices,
    choose: name => assign(tab, name),
    /** For a tab that is known, or for the one that is about to open. */
    prepare: (name, tabId) => (tabId ? assign(tabId, name) : (next.current = name)),
  };
  return <IdentityContext value={value}>{children}</IdentityContext>;
}

export function IdentitySwitch() {
  const { identity, choices, choose } = useIdentity();
  return (
    <div className="pistis-switch" role="radiogroup" aria-label="Ask as">
      <span className="pistis-switch-label">Ask as</span>
      {choices.map(name => (
        <button
          key={name}
          type="button"
          role="radio"
          aria-checked={name === identity}
          title={CHOICES[name][1]}
          data-identity={name}
          onClick={() => choose(name)}
        >
          {CHOICES[name][0]}
        </button>
      ))}
    </div>
  );
}

function stored() {
  try {
    return JSON.parse(storage.getItem(STORAGE_KEY)) ?? {};
  } catch {
    return {};
  }
}
