// Starts the page: settings first, then everything that needs them.
import './workers.js';
import { createRoot } from 'react-dom/client';
import { App } from './App.jsx';
import { createCaller } from './caller.js';
import { createFetcher } from './fetcher.js';
import { createFiller } from './fill.js';

import '@fontsource-variable/inter';
import './fonts.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import '@graphiql/plugin-explorer/style.css';
import 'graphiql/graphiql.css';
import './colours.css';
import './page.css';
import './menu.css';
import './live.css';

const root = createRoot(document.getElementById('root'));

try {
  const response = await fetch('/graphiql/config.json');
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const config = await response.json();
  const caller = createCaller(config);
  const fetcher = createFetcher(config.endpoint, caller);
  const fill = createFiller(config.endpoint, caller);
  root.render(<App config={config} caller={caller} fetcher={fetcher} fill={fill} />);
} catch (error) {
  root.render(
    <p className="pistis-failure">
      The page could not read its settings ({error.message}). Is the server running? Reload to try
      again.
    </p>,
  );
}
