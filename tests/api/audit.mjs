// What GraphQL over HTTP asks of a server, by the audit of npm's graphql-http.
import { pathToFileURL } from "node:url";

const [packages, url] = process.argv.slice(2);
const { serverAudits } = await import(pathToFileURL(`${packages}/graphql-http/lib/index.mjs`));

for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const { status, reason } = await audit.fn();
  console.log(JSON.stringify({ name: audit.name, status, reason: reason ?? "" }));
}
