// Buttons beside the editor: prettify, copy, fresh variables, the request as a command.
import { use } from 'react';
import { pick, ToolbarButton, useGraphiQL } from '@graphiql/react';
import { DeskContext } from './desk.js';
import { useOpen, useOpened } from './open.js';
import { withAuthorization } from './fetcher.js';

export function FreshVariables() {
  const open = useOpen();
  const opened = useOpened();
  if (!opened || !JSON.stringify(opened.variables).includes('{{')) return null;
  return (
    <ToolbarButton label="Fresh variables: new keys, ids and time" onClick={() => open(opened)}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d="M10 3v3.5M10 13.5V17M3 10h3.5M13.5 10H17M5.2 5.2l2.3 2.3M12.5 12.5l2.3 2.3M5.2 14.8l2.3-2.3M12.5 7.5l2.3-2.3" strokeLinecap="round" />
      </svg>
    </ToolbarButton>
  );
}

export function CopyCurl() {
  const { config, caller } = use(DeskContext);
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'));

  async function copy() {
    const authorization = await caller.authorization(caller.identity);
    const headers = withAuthorization(
      { 'content-type': 'application/json', 'accept-language': caller.language },
      authorization,
    );
    const body = { query: queryEditor.getValue() };
    if (variableEditor.getValue().trim()) body.variables = JSON.parse(variableEditor.getValue());
    const parts = [
      `curl -s ${new URL(config.endpoint, location.href)}`,
      ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
      `-d ${quoted(JSON.stringify(body))}`,
    ];
    await navigator.clipboard.writeText(parts.join(' \\\n  '));
  }
  return (
    <ToolbarButton label="Copy as curl command" onClick={copy}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d="M4 5.5 8.5 10 4 14.5M10.5 15H16" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
    </ToolbarButton>
  );
}

function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
