import type { IRelation, ISeptSession } from '../tokens';

const PLAIN = /^[^_\W]\w*$/;

/**
 * What SQL may read of a notebook, without asking the kernel: names that cells above write, the nearest first, then the
 * kernel's other dataframes. A name that a cell wrote in its run, and that is no frame since, is left out.
 *
 * @param index - of the SQL cell among all cells
 */
export function framesOf(
  session: Pick<ISeptSession, 'cells' | 'frames' | 'notebook'>,
  index: number
): readonly IRelation[] {
  const { cells, frames, notebook } = session;
  const isTold = notebook?.observation.status === 'OBSERVED';
  const above = [...cells.values()]
    .filter(cell => cell.index < index)
    .sort((one, other) => other.index - one.index)
    .flatMap(({ writes, state }) =>
      writes
        .map(({ name }) => name)
        .filter(name => frames.has(name) || !(isTold && state === 'SUCCESS'))
    );
  return [...new Set([...above, ...frames.keys()])]
    .filter(name => PLAIN.test(name))
    .map(name => ({ name, columns: frames.get(name) ?? [] }));
}
