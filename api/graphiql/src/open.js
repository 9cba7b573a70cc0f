// Opens a ready operation in a tab: document, fresh variables, identity.
import { use } from 'react';
import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { DeskContext } from './desk.js';
import { useIdentity } from './identity.jsx';

export function useOpen() {
  const { fill } = use(DeskContext);
  const { prepare } = useIdentity();
  const { addTab, changeTab, stop } = useGraphiQLActions();
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'queryEditor', 'variableEditor'),
  );

  return async function open(operation) {
    const variables = await fill.variables(operation.variables);
    // A live operation would go on into the next tab's answer.
    stop();
    const active = tabs[activeTabIndex];
    const index = tabs.findIndex(tab => tab.query === operation.document);
    if (index >= 0) {
      prepare(operation.identity, tabs[index].id);
      if (index !== activeTabIndex) changeTab(index);
    } else if (active && !active.query?.trim()) {
      prepare(operation.identity, active.id);
    } else {
      prepare(operation.identity);
      addTab();
    }
    queryEditor.setValue(operation.document);
    variableEditor.setValue(variables === '{}' ? '' : variables);
  };
}

/** The ready operation that the open tab holds unchanged, if it does. */
export function useOpened() {
  const { config } = use(DeskContext);
  const query = useGraphiQL(state => state.tabs[state.activeTabIndex]?.query);
  return config.operations.find(operation => operation.document === query);
}
