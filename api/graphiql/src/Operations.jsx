// The menu of ready operations: folder -> subject -> operation.
import { use, useState } from 'react';
import { useGraphiQL } from '@graphiql/react';
import { DeskContext } from './desk.js';
import { useOpen, useOpened } from './open.js';

const FOLDERS = {
  app: ['App', 'what a member’s phone sends'],
  shop: ['Shop', 'tills and online shops'],
  staff: ['Staff', 'the loyalty team'],
};

export const OPERATIONS_PLUGIN = { title: 'Operations', icon: MenuIcon, content: Operations };

function Operations() {
  const { operations } = use(DeskContext).config;
  const [wanted, setWanted] = useState('');
  const found = operations.filter(operation => matches(operation, wanted.trim().toLowerCase()));
  return (
    <div className="pistis-operations">
      <header>
        <h2>Operations</h2>
        <p>Ready to run: choose one, then press ▶.</p>
        <input
          type="search"
          placeholder={`Find among ${operations.length}`}
          aria-label="Find an operation"
          value={wanted}
          onChange={event => setWanted(event.target.value)}
        />
      </header>
      {Object.entries(groups(found, 'folder')).map(([folder, inFolder]) => (
        <Folder key={folder} name={folder} operations={inFolder} />
      ))}
      {found.length === 0 && <p className="pistis-none">Nothing is called “{wanted}”.</p>}
    </div>
  );
}

function Folder({ name, operations }) {
  const [title, text] = FOLDERS[name] ?? [name, ''];
  return (
    <details open className="pistis-folder">
      <summary>
        {title} <small>{text}</small>
      </summary>
      {Object.entries(groups(operations, 'subject')).map(([subject, inSubject]) => (
        <section key={subject}>
          <h3>{subject}</h3>
          <ul>
            {inSubject.map(operation => (
              <Entry key={operation.name} operation={operation} />
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}

function Entry({ operation }) {
  const open = useOpen();
  const opened = useOpened() === operation;
  const ready = useGraphiQL(state => Boolean(state.queryEditor && state.variableEditor));
  return (
    <li>
      <button
        type="button"
        disabled={!ready}
        aria-current={opened}
        data-operation={operation.name}
        title={operation.about || operation.name}
        onClick={() => open(operation)}
      >
        <span>{operation.name}</span>
        <i data-kind={operation.kind}>{operation.kind}</i>
      </button>
    </li>
  );
}

function MenuIcon() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round">
      <path d="M3 5h.01M3 10h.01M3 15h.01M7 5h10M7 10h10M7 15h10" />
    </svg>
  );
}

function matches({ name, folder, subject, about }, wanted) {
  return `${folder} ${subject} ${name} ${about}`.toLowerCase().includes(wanted);
}

function groups(operations, by) {
  return operations.reduce(
    (all, operation) => ({ ...all, [operation[by]]: [...(all[operation[by]] ?? []), operation] }),
    {},
  );
}
