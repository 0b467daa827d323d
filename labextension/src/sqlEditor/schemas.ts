import type { ConnectionFields } from '../api/generated';
import type { ISeptConnections } from '../tokens';
import type { ISchema } from './completion';

const WORD = /"[^"\n]+"|`[^`\n]+`|[\p{L}_][\p{L}\p{N}_$]*/gu;

/**
 * The other schemas of a connection, with the relations of those that a text names: these are fetched behind, so that
 * they are there when somebody asks for them.
 */
export function schemasIn(
  source: string,
  connection: ConnectionFields,
  connections: ISeptConnections
): readonly ISchema[] {
  const words = new Set(
    [...source.matchAll(WORD)].map(([word]) =>
      word.replace(/["`]/g, '').toLowerCase()
    )
  );
  return connections.schemasOf(connection).map(name => ({
    name,
    relations: words.has(name.toLowerCase())
      ? connections.relationsOf(connection, name)
      : []
  }));
}
