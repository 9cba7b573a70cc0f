// The line at the foot: what the demo member is told, as it happens, whatever tab is open.
import { use, useEffect, useRef, useState } from 'react';
import { DeskContext } from './desk.js';
import { listen } from './fetcher.js';
import { useLanguage } from './language.jsx';

const KEPT = 50;
const RETRY_MS = 3000;
const STATES = { connecting: 'Connecting', live: 'Live', broken: 'Not connected' };

export function Live() {
  const { state, events } = useMemberNotified();
  const [open, setOpen] = useState(false);
  const [latest] = events;
  return (
    <section className="pistis-live" aria-label="Live notifications" data-state={state}>
      {open && (
        <ol>
          {events.map(({ cursor, node }) => (
            <li key={cursor}>
              <Happened node={node} />
            </li>
          ))}
          {events.length === 0 && <li>Nothing yet. Run OrderReport as the shop and watch.</li>}
        </ol>
      )}
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <b>{STATES[state]}</b>
        {latest ? (
          <span key={latest.cursor} className="pistis-live-latest">
            <Happened node={latest.node} />
          </span>
        ) : (
          <span>The demo member’s notifications appear here as they happen.</span>
        )}
        {events.length > 0 && <i>{events.length}</i>}
      </button>
    </section>
  );
}

function Happened({ node }) {
  return (
    <>
      <time>{new Date(node.createdAt).toLocaleTimeString()}</time>
      <strong>{node.title}</strong>
      {node.body && <span>{node.body}</span>}
    </>
  );
}

function useMemberNotified() {
  const { config, caller } = use(DeskContext);
  const [state, setState] = useState('connecting');
  const [events, setEvents] = useState([]);
  const cursor = useRef(null);
  const language = useLanguage();

  useEffect(() => {
    const operation = config.operations.find(({ name }) => name === 'MemberNotified');
    let running = null;
    let over = false;
    let anew = false;

    async function follow() {
      while (!over) {
        running = listen(
          config.endpoint,
          { query: operation.document, variables: { after: cursor.current } },
          {
            authorization: () => caller.authorization('member', { anew }),
            language,
            on: { connected: () => setState('live') },
          },
        );
        try {
          for await (const { data } of running) {
            if (!data) break;
            cursor.current = data.memberNotified.cursor;
            setEvents(before => [data.memberNotified, ...before].slice(0, KEPT));
          }
        } catch {
          // The next round says whether it is back.
        }
        if (over) return;
        anew = true;
        setState('broken');
        await new Promise(resolve => setTimeout(resolve, RETRY_MS));
      }
    }
    follow();
    return () => {
      over = true;
      running?.return();
    };
  }, [config, caller, language]);

  return { state, events };
}
