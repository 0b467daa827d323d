import { joined, type IGraph, type IGraphEdge } from './model';

/** Chains shorter than this stay as they are: folding two cells into one node saves nothing. */
export const SHORTEST_CHAIN = 3;

/** What the picture shows as one node: a cell, or a folded chain of them. */
export interface IBlock {
  /** The id of its first cell. */
  readonly id: string;
  /** In notebook order; more than one: a folded chain. */
  readonly cellIds: readonly string[];
}

/** A graph in which some chains are folded. */
export interface IFolded {
  /** In notebook order of their first cells. */
  readonly blocks: readonly IBlock[];
  /** Between blocks. */
  readonly graph: IGraph;
  /** The block of each cell. */
  readonly blockOf: ReadonlyMap<string, string>;
}

/**
 * The longest runs of cells in which each feeds the next one only, and the next is fed by it only, with at least
 * SHORTEST_CHAIN cells. The first may have several inputs and the last several outputs. No cell is in two.
 */
export function chainsOf(graph: IGraph): string[][] {
  const nextOf = (id: string): string | null => {
    const out = graph.outOf.get(id) ?? [];
    const next = out.length === 1 ? out[0].to : null;
    return next !== null && graph.into.get(next)?.length === 1 ? next : null;
  };
  const followers = new Set(graph.order.flatMap(id => nextOf(id) ?? []));
  return graph.order
    .filter(id => !followers.has(id))
    .map(id => {
      const chain = [id];
      for (let next = nextOf(id); next !== null; next = nextOf(next)) {
        chain.push(next);
      }
      return chain;
    })
    .filter(chain => chain.length >= SHORTEST_CHAIN);
}

/** Fold the given chains, each into one block. */
export function fold(
  graph: IGraph,
  chains: ReadonlyArray<readonly string[]>
): IFolded {
  const chainOf = new Map(chains.map(chain => [chain[0], chain]));
  const blockOf = new Map(graph.order.map(id => [id, id]));
  chains.forEach(chain => chain.forEach(id => blockOf.set(id, chain[0])));
  const blocks = graph.order
    .filter(id => blockOf.get(id) === id)
    .map(id => ({ id, cellIds: chainOf.get(id) ?? [id] }));
  const edges = graph.edges.flatMap((edge): IGraphEdge[] => {
    const from = blockOf.get(edge.from);
    const to = blockOf.get(edge.to);
    return from === undefined || to === undefined || from === to
      ? []
      : [{ ...edge, from, to }];
  });
  return {
    blocks,
    graph: joined(
      blocks.map(block => block.id),
      edges
    ),
    blockOf
  };
}
