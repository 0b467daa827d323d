/**
 * Writes src/api/generated.ts: the schema's enums and inputs, and for every operation and fragment in
 * src/<feature>/operations.graphql its text, its variables and the exact shape of its answer.
 *
 * `node scripts/generate-types.mjs` writes, `--check` fails when the file is not what would be written.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as graphql from 'graphql';
import prettier from 'prettier';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const schemaPath = join(root, '../sept_ext/graphql/schema.graphql');
const target = join(root, 'src/api/generated.ts');
const scalars = {
  ID: 'string',
  String: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
  DateTime: 'string'
};

/** TypeScript for a type of the schema; `leaf` says what the named type inside becomes. */
function typeOf(type, leaf) {
  if (graphql.isNonNullType(type)) {
    return inner(type.ofType, leaf);
  }
  return `${inner(type, leaf)} | null`;
}

function inner(type, leaf) {
  return graphql.isListType(type)
    ? `ReadonlyArray<${typeOf(type.ofType, leaf)}>`
    : leaf(type);
}

const namedLeaf = type => scalars[type.name] ?? type.name;

function comment(description) {
  return description
    ? `/** ${description.replace(/\s+/g, ' ').replace(/\*\//g, '* /')} */\n`
    : '';
}

function enumText(type) {
  const values = type.getValues().map(value => `'${value.name}'`);
  return `${comment(type.description)}export type ${type.name} = ${values.join(' | ')};`;
}

/** An argument or input field may be left out when it is nullable or has a default. */
function fieldText(field, type) {
  const optional =
    !graphql.isNonNullType(type) || field.defaultValue !== undefined;
  return `${comment(field.description)}readonly ${field.name}${optional ? '?' : ''}: ${typeOf(type, namedLeaf)};`;
}

function inputText(type) {
  const fields = Object.values(type.getFields()).map(field =>
    fieldText(field, field.type)
  );
  return `${comment(type.description)}export type ${type.name} = { ${fields.join('\n')} };`;
}

/** The shape of one selection set: own fields as an object, joined with the fragments it spreads. */
function selectionText(selectionSet, parent) {
  const fields = [];
  const parts = [];
  for (const selection of selectionSet.selections) {
    if (selection.kind === 'FragmentSpread') {
      parts.push(selection.name.value);
      continue;
    }
    const definition = parent.getFields()[selection.name.value];
    const leaf = named =>
      selection.selectionSet
        ? `(${selectionText(selection.selectionSet, named)})`
        : namedLeaf(named);
    const key = selection.alias?.value ?? selection.name.value;
    fields.push(
      `${comment(definition.description)}readonly ${key}: ${typeOf(definition.type, leaf)};`
    );
  }
  if (fields.length > 0) {
    parts.unshift(`{ ${fields.join('\n')} }`);
  }
  return parts.join(' & ');
}

function fragmentText(schema, fragment) {
  const parent = schema.getType(fragment.typeCondition.name.value);
  return `export type ${fragment.name.value} = ${selectionText(fragment.selectionSet, parent)};`;
}

function usedFragments(node, fragments, found = new Set()) {
  graphql.visit(node, {
    FragmentSpread(spread) {
      const name = spread.name.value;
      if (!found.has(name)) {
        found.add(name);
        usedFragments(fragments.get(name), fragments, found);
      }
    }
  });
  return found;
}

function operationText(schema, operation, fragments) {
  const name = operation.name.value;
  const parent = schema.getRootType(operation.operation);
  const variables = (operation.variableDefinitions ?? []).map(variable =>
    fieldText(
      {
        name: variable.variable.name.value,
        defaultValue: variable.defaultValue
      },
      graphql.typeFromAST(schema, variable.type)
    )
  );
  const used = [...usedFragments(operation, fragments)].sort();
  const text = [operation, ...used.map(key => fragments.get(key))]
    .map(node => graphql.stripIgnoredCharacters(graphql.print(node)))
    .join(' ');
  return [
    variables.length > 0
      ? `export type ${name}Variables = { ${variables.join('\n')} };`
      : `export type ${name}Variables = Record<string, never>;`,
    `export type ${name}Result = ${selectionText(operation.selectionSet, parent)};`,
    `export const ${name}: IOperation<${name}Result, ${name}Variables> = {`,
    `name: '${name}', kind: '${operation.operation}',`,
    `text: ${JSON.stringify(text)} };`
  ].join('\n');
}

function operationFiles() {
  return readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(root, 'src', entry.name, 'operations.graphql'))
    .filter(path => existsSync(path))
    .sort();
}

function parseOperations(schema) {
  const sources = operationFiles().map(
    path => new graphql.Source(readFileSync(path, 'utf8'), relative(root, path))
  );
  const document = graphql.concatAST(
    sources.map(source => graphql.parse(source))
  );
  const errors = graphql.validate(schema, document);
  if (errors.length > 0) {
    throw new Error(errors.map(error => error.toString()).join('\n\n'));
  }
  return document.definitions;
}

async function render() {
  const schema = graphql.buildSchema(readFileSync(schemaPath, 'utf8'));
  const definitions = parseOperations(schema);
  const fragments = new Map(
    definitions
      .filter(node => node.kind === 'FragmentDefinition')
      .map(node => [node.name.value, node])
  );
  const types = Object.values(schema.getTypeMap()).filter(
    type => !type.name.startsWith('__')
  );
  const sections = [
    '/* Written by `jlpm generate` from schema.graphql and the operations.graphql files. Do not edit. */',
    "import type { IOperation } from './operation';",
    ...types.filter(graphql.isEnumType).map(enumText),
    ...types.filter(graphql.isInputObjectType).map(inputText),
    ...[...fragments.values()].map(node => fragmentText(schema, node)),
    ...definitions
      .filter(node => node.kind === 'OperationDefinition')
      .map(node => operationText(schema, node, fragments))
  ];
  const options = await prettier.resolveConfig(target);
  return prettier.format(sections.join('\n\n'), {
    ...options,
    filepath: target
  });
}

const text = await render();
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  console.error(
    'src/api/generated.ts is not what the schema and the operations say. Run `jlpm generate` in labextension/.'
  );
  process.exit(1);
}
