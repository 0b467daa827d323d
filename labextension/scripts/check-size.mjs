/**
 * Says what the built plugin makes a browser load at the start, and fails when that grew beyond its bounds.
 *
 * At the start: the remote entry, the plugins' own chunk and the style sheet. Panels, graph, forms and what only SQL
 * cells need are chunks of their own, loaded when somebody looks.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bounds in bytes: a little above what there is, so that growth is a decision. */
const MAX_CODE = 108_000;
const MAX_CODE_GZIP = 35_500;
const MAX_LAZY = 40_000;

const folder = join(
  dirname(fileURLToPath(import.meta.url)),
  '../../sept_ext/labextension/static'
);

if (!existsSync(folder)) {
  console.log('The plugin is not built: `jlpm build:prod`.');
  process.exit(0);
}
const files = readdirSync(folder).filter(name => name.endsWith('.js'));
const entry = files.find(name => name.startsWith('remoteEntry.'));
const text = readFileSync(join(folder, entry), 'utf8');

/** The chunks that an exposed module needs before it can be used. */
function chunksOf(name) {
  const [, body] = new RegExp(`"\\./${name}":(.*?)(?:,"\\./|\\})`).exec(text);
  return [...body.matchAll(/\.e\((\d+)\)/g)].map(([, id]) => `${id}.`);
}

function sizeOf(names) {
  const contents = names.map(name => readFileSync(join(folder, name)));
  const sum = sizes => sizes.reduce((total, size) => total + size, 0);
  return {
    bytes: sum(contents.map(content => content.length)),
    gzip: sum(contents.map(content => gzipSync(content, { level: 9 }).length))
  };
}

const named = prefixes =>
  files.filter(name => prefixes.some(prefix => name.startsWith(prefix)));
const code = [entry, ...named(chunksOf('index'))];
const style = named(chunksOf('style'));
const lazy = files.filter(
  name => ![...code, ...style, 'style.js'].includes(name)
);
const largest = Math.max(0, ...lazy.map(name => sizeOf([name]).bytes));
const start = sizeOf(code);
console.log(
  JSON.stringify({
    start,
    style: sizeOf(style),
    lazy: { ...sizeOf(lazy), chunks: lazy.length, largest }
  })
);
const tooLarge = [
  start.bytes > MAX_CODE && `code at the start: ${start.bytes} > ${MAX_CODE}`,
  start.gzip > MAX_CODE_GZIP &&
    `code at the start, gzip: ${start.gzip} > ${MAX_CODE_GZIP}`,
  largest > MAX_LAZY && `the largest lazy chunk: ${largest} > ${MAX_LAZY}`
].filter(Boolean);
if (tooLarge.length > 0) {
  console.error(`Too large: ${tooLarge.join('; ')}.`);
  process.exit(1);
}
