// The page: header, GraphiQL with the menu of operations, the live line.
import { useMemo } from 'react';
import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from '@graphiql/plugin-doc-explorer';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN, HistoryStore } from '@graphiql/plugin-history';
import { GraphiQLProvider } from '@graphiql/react';
import { GraphiQL, GraphiQLInterface } from 'graphiql';
import { DeskContext } from './desk.js';
import { Header } from './Header.jsx';
import { IdentityProvider } from './identity.jsx';
import { Live } from './Live.jsx';
import { OPERATIONS_PLUGIN } from './Operations.jsx';
import { storage } from './storage.js';
import { useColours } from './theme.js';
import { EmptyAnswer, Tidy } from './Tidy.jsx';
import { CopyCurl, FreshVariables } from './Toolbar.jsx';

const EXPLORER_PLUGIN = { ...explorerPlugin({ showAttribution: false }), title: 'Query builder' };
const PLUGINS = [OPERATIONS_PLUGIN, DOC_EXPLORER_PLUGIN, EXPLORER_PLUGIN, HISTORY_PLUGIN];

export function App({ config, caller, fetcher, fill }) {
  const desk = useMemo(() => ({ config, caller, fill }), [config, caller, fill]);
  const first = config.operations.find(({ name }) => name === 'Home');
  const isDemo = Boolean(config.tokens.member);
  useColours();

  async function remembering(...request) {
    const result = await fetcher(...request);
    fill.remember(result?.data);
    return result;
  }
  const stable = useMemo(() => remembering, [fetcher, fill]);

  return (
    <DeskContext value={desk}>
      <GraphiQLProvider
        fetcher={stable}
        storage={storage}
        plugins={PLUGINS}
        referencePlugin={DOC_EXPLORER_PLUGIN}
        visiblePlugin={OPERATIONS_PLUGIN}
        defaultTabs={[{ query: first?.document ?? '' }]}
        schemaDescription
        inputValueDeprecation
      >
        <HistoryStore>
          <DocExplorerStore>
            <IdentityProvider config={config} caller={caller}>
              <div className="pistis">
                <Header />
                <GraphiQLInterface showPersistHeadersSettings={false} defaultEditorToolsVisibility>
                  <GraphiQL.Logo> </GraphiQL.Logo>
                  <GraphiQL.Toolbar>{toolbar}</GraphiQL.Toolbar>
                  <GraphiQL.Footer>
                    <EmptyAnswer />
                  </GraphiQL.Footer>
                </GraphiQLInterface>
                {isDemo && <Live />}
                <Tidy />
              </div>
            </IdentityProvider>
          </DocExplorerStore>
        </HistoryStore>
      </GraphiQLProvider>
    </DeskContext>
  );
}

function toolbar({ prettify, copy }) {
  return (
    <>
      {prettify}
      {copy}
      <FreshVariables />
      <CopyCurl />
    </>
  );
}
