// An app by the npm client of a protocol: tells what it hears, drops when told to.
// Arguments: packages, protocol (ws or sse), URL, document, then a token for each connection.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [packages, protocol, url, query, ...tokens] = process.argv.slice(2);
const entry = protocol === "ws" ? "graphql-ws/dist/index.js" : "graphql-sse/lib/index.mjs";
const { createClient } = await import(pathToFileURL(`${packages}/${entry}`));
const say = (kind, more) => console.log(JSON.stringify({ kind, ...more }));
const authorization = () => {
  say("connecting");
  return `Bearer ${tokens.length > 1 ? tokens.shift() : tokens[0]}`;
};
const retry = { retryAttempts: 20, retryWait: () => new Promise((go) => setTimeout(go, 50)) };
const client =
  protocol === "ws"
    ? createClient({
        url,
        ...retry,
        connectionParams: () => ({ authorization: authorization(), language: "en" }),
        on: {
          connected: () => say("connected"),
          closed: (event) => say("closed", { code: event.code, reason: event.reason }),
        },
      })
    : createClient({
        url,
        ...retry,
        headers: () => ({ Authorization: authorization(), "Accept-Language": "en" }),
        on: { connected: () => say("connected") },
      });

// The cursor of what was heard last goes along whenever the client subscribes again.
const variables = { after: null };
client.subscribe(
  { query, variables },
  {
    next: ({ data, errors }) => {
      if (errors) return say("errors", { errors });
      variables.after = data.memberNotified.cursor;
      say("heard", { title: data.memberNotified.node.title });
    },
    error: (error) => say("failed", { error: String(error?.message ?? error?.reason ?? error) }),
    complete: () => say("complete"),
  },
);
createInterface({ input: process.stdin }).on("line", (command) => {
  if (command === "drop") client.terminate();
  if (command === "end") process.exit(0);
});
