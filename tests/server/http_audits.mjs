// Runs the official audits of GraphQL over HTTP (npm graphql-http) against a server; prints the failures as JSON.
// Usage: node http_audits.mjs <folder with node_modules> <url> <token>
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, url, token] = process.argv.slice(2);
const { auditServer } = createRequire(join(folder, 'package.json'))('graphql-http');
const fetchFn = (address, options = {}) =>
  fetch(address, { ...options, headers: { ...options.headers, Authorization: `token ${token}` } });
const results = await auditServer({ url, fetchFn });
const failures = results.filter(result => result.status !== 'ok');
console.log(
  JSON.stringify({
    count: results.length,
    failures: failures.map(({ id, name, status, reason }) => ({ id, name, status, reason }))
  })
);
