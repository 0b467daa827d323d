import type { CellStateFields, EdgeStatus } from '../api/generated';

/** A dependency: `to` reads what `from` writes. */
export interface IGraphEdge {
  readonly from: string;
  readonly to: string;
  /** The names that tie the two. */
  readonly names: readonly string[];
  readonly status: EdgeStatus;
}

/** The cells of a notebook and what ties them. Edges point down the notebook only. */
export interface IGraph {
  /** Code cells in notebook order. */
  readonly order: readonly string[];
  readonly edges: readonly IGraphEdge[];
  /** By the cell at an edge's lower end; cells without such edges are not in it. */
  readonly into: ReadonlyMap<string, readonly IGraphEdge[]>;
  /** By the cell at an edge's upper end. */
  readonly outOf: ReadonlyMap<string, readonly IGraphEdge[]>;
}

/** All that depends on a cell and all it depends on, itself in neither. */
export interface IReach {
  readonly upstream: ReadonlySet<string>;
  readonly downstream: ReadonlySet<string>;
}

/** The graph that the server's states tell. Edges to cells that are not there are left out. */
export function graphOf(cells: ReadonlyMap<string, CellStateFields>): IGraph {
  const sorted = [...cells.values()].sort((a, b) => a.index - b.index);
  const edges = sorted.flatMap(cell =>
    cell.upstream
      .filter(({ cellId }) => cells.has(cellId))
      .map(({ cellId, names, status }): IGraphEdge => ({
        from: cellId,
        to: cell.id,
        names,
        status
      }))
  );
  return joined(
    sorted.map(cell => cell.id),
    edges
  );
}

/** A graph of cells in notebook order and edges. */
export function joined(
  order: readonly string[],
  edges: readonly IGraphEdge[]
): IGraph {
  const place = new Map(order.map((id, index) => [id, index]));
  const isDownward = ({ from, to }: IGraphEdge): boolean =>
    (place.get(from) ?? 0) < (place.get(to) ?? 0);
  const kept = edges.every(isDownward) ? edges : edges.filter(isDownward);
  return {
    order,
    edges: kept,
    into: groupedBy(kept, edge => edge.to),
    outOf: groupedBy(kept, edge => edge.from)
  };
}

/** Whether two graphs have the same cells in the same order and are tied in the same way. */
export function areSame(one: IGraph, other: IGraph): boolean {
  return (
    areEqual(one.order, other.order, (a, b) => a === b) &&
    areEqual(
      one.edges,
      other.edges,
      (a, b) =>
        a.from === b.from &&
        a.to === b.to &&
        a.status === b.status &&
        areEqual(a.names, b.names, (x, y) => x === y)
    )
  );
}

/** What is up and down the edges from a cell. */
export function reachOf(graph: IGraph, cellId: string): IReach {
  return {
    upstream: closure(cellId, id =>
      (graph.into.get(id) ?? []).map(edge => edge.from)
    ),
    downstream: closure(cellId, id =>
      (graph.outOf.get(id) ?? []).map(edge => edge.to)
    )
  };
}

/** Cells that nothing ties to another one, in notebook order. */
export function loneCells(graph: IGraph): string[] {
  return graph.order.filter(id => !graph.into.has(id) && !graph.outOf.has(id));
}

function closure(
  start: string,
  next: (id: string) => readonly string[]
): Set<string> {
  const found = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const other of next(id)) {
      if (!found.has(other)) {
        found.add(other);
        open.push(other);
      }
    }
  }
  return found;
}

function groupedBy(
  edges: readonly IGraphEdge[],
  keyOf: (edge: IGraphEdge) => string
): Map<string, IGraphEdge[]> {
  const groups = new Map<string, IGraphEdge[]>();
  for (const edge of edges) {
    const group = groups.get(keyOf(edge));
    if (group) {
      group.push(edge);
    } else {
      groups.set(keyOf(edge), [edge]);
    }
  }
  return groups;
}

function areEqual<Item>(
  left: readonly Item[],
  right: readonly Item[],
  isEqual: (a: Item, b: Item) => boolean
): boolean {
  return (
    left.length === right.length &&
    left.every((item, index) => isEqual(item, right[index]))
  );
}
