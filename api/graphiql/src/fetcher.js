// Sends what the editors hold: HTTP for queries and mutations, WebSocket for subscriptions.
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { withDefaultsLeftOut } from './defaults.js';

export async function ask(endpoint, params, headers) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return { status: response.status, result: JSON.parse(text) };
  } catch {
    throw new Error(`The server answered ${response.status} without JSON: ${text.slice(0, 200)}`);
  }
}

/**
 * A live operation; a new socket each, so that it always carries the identity chosen now. It ends
 * with its connection: only who knows the last cursor can go on without losing anything.
 */
export function listen(endpoint, params, { authorization, language, on = {} }) {
  const url = new URL(endpoint, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const client = createClient({
    url: url.href,
    connectionParams: async () => {
      const value = await authorization();
      return withAuthorization({ language }, value);
    },
    on,
    retryAttempts: 0,
  });
  return client.iterate(params);
}

export function createFetcher(endpoint, caller) {
  return async function fetcher(written, { headers = {}, documentAST } = {}) {
    const params = named(written);
    const own = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v]));
    const identity = caller.identity;
    const authorization = async options =>
      own.authorization ?? (await caller.authorization(identity, options));

    if (isSubscription(params, documentAST)) {
      const language = own['accept-language'] ?? caller.language;
      return readable(listen(endpoint, params, { authorization, language }));
    }
    own['accept-language'] ??= caller.language;
    let answer = await ask(endpoint, params, withAuthorization(own, await authorization()));
    if (answer.status === 401 && !own.authorization) {
      const renewed = await authorization({ anew: true });
      answer = await ask(endpoint, params, withAuthorization(own, renewed));
    }
    caller.remember(answer.result.data);
    const isOfThePage = params.operationName === 'IntrospectionQuery';
    return isOfThePage ? withDefaultsLeftOut(answer.result) : answer.result;
  };
}

export function withAuthorization(headers, authorization) {
  return authorization ? { ...headers, authorization } : headers;
}

// The page learns the name a moment after the text: who runs at once would ask for the tab before.
function named(params) {
  if (!params.operationName) return params;
  let document;
  try {
    document = parse(params.query);
  } catch {
    return params; // the server says what is wrong with it, and where
  }
  return getOperationAST(document, params.operationName)
    ? params
    : { ...params, operationName: getOperationAST(document)?.name?.value };
}

function isSubscription({ query, operationName }, documentAST) {
  const document = documentAST ?? parse(query);
  return getOperationAST(document, operationName || undefined)?.operation === 'subscription';
}

async function* readable(results) {
  try {
    yield* results;
  } catch (error) {
    if (Array.isArray(error)) yield { errors: error };
    else if (error?.code) throw new Error(`The live connection was closed: ${error.code} ${error.reason}`);
    else throw error;
  }
}
