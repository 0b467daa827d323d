/**
 * The first half of the layered layout: which row each node is in, and the order within rows. After Sugiyama,
 * Tagawa, Toda (1981), with longest-path ranks and the barycentre heuristic; nodes come in a topological order.
 */

/** One node of the layout, or a bend of an edge that passes through its row. Indices are into `Layers.items`. */
export interface IItem {
  /** Index of the node; null: a bend. */
  readonly node: number | null;
  readonly rank: number;
  readonly above: number[];
  readonly below: number[];
}

/** Nodes and bends in rows. */
export interface ILayers {
  readonly items: readonly IItem[];
  /** Items of each row from left to right. */
  readonly rows: number[][];
  /** Items of each edge from its upper to its lower end, in the order of the edges given. */
  readonly routes: ReadonlyArray<readonly number[]>;
}

/** An edge by the indices of its ends; the first is the smaller one. */
export type Link = readonly [number, number];

/** Bends cost time; beyond so many for each node, the longest edges go straight through other rows. */
const BENDS_PER_NODE = 4;

const SWEEPS = 6;

/** Rows and orders for nodes 0 to count - 1. */
export function layersOf(count: number, links: readonly Link[]): ILayers {
  const ranks = ranksOf(count, links);
  const items: IItem[] = ranks.map((rank, node) => ({
    node,
    rank,
    above: [],
    below: []
  }));
  const routes = routed(items, links);
  const rows: number[][] = [];
  items.forEach(({ rank }, index) => (rows[rank] ??= []).push(index));
  untangle(items, rows);
  return { items, rows, routes };
}

/** One more than the lowest of a node's sources; sources themselves come just above what they feed. */
export function ranksOf(count: number, links: readonly Link[]): number[] {
  const ranks = new Array<number>(count).fill(0);
  const hasSource = new Array<boolean>(count).fill(false);
  const nearest = new Array<number>(count).fill(Infinity);
  for (const [from, to] of [...links].sort((a, b) => a[0] - b[0])) {
    ranks[to] = Math.max(ranks[to], ranks[from] + 1);
    hasSource[to] = true;
  }
  for (const [from, to] of links) {
    nearest[from] = Math.min(nearest[from], ranks[to]);
  }
  return ranks.map((rank, node) =>
    hasSource[node] || nearest[node] === Infinity ? rank : nearest[node] - 1
  );
}

/** Join items of neighbouring rows along each edge, with bends in the rows between. */
function routed(items: IItem[], links: readonly Link[]): number[][] {
  const span = ([from, to]: Link): number => items[to].rank - items[from].rank;
  const routes = new Array<number[]>(links.length);
  const shortestFirst = links
    .map((link, index) => ({ link, index }))
    .sort((a, b) => span(a.link) - span(b.link));
  let bends = items.length * BENDS_PER_NODE;
  for (const { link, index } of shortestFirst) {
    const [from, to] = link;
    const needed = span(link) - 1;
    const route = [from];
    if (needed <= bends) {
      bends -= needed;
      for (let rank = items[from].rank + 1; rank < items[to].rank; rank++) {
        route.push(items.push({ node: null, rank, above: [], below: [] }) - 1);
      }
    }
    route.push(to);
    for (let step = 1; step < route.length; step++) {
      items[route[step - 1]].below.push(route[step]);
      items[route[step]].above.push(route[step - 1]);
    }
    routes[index] = route;
  }
  return routes;
}

/** Order each row by the mean place of its neighbours, down and up in turn; ties keep their order. */
function untangle(items: readonly IItem[], rows: number[][]): void {
  const place = new Float64Array(items.length);
  const note = (row: readonly number[]): void =>
    row.forEach((item, index) => {
      place[item] = (index + 0.5) / row.length;
    });
  rows.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows : [...rows].reverse()) {
      const wish = new Map(
        row.map(item => {
          const near = isDown ? items[item].above : items[item].below;
          return [item, near.length === 0 ? place[item] : mean(near, place)];
        })
      );
      row.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      note(row);
    }
  }
}

function mean(indices: readonly number[], values: Float64Array): number {
  let sum = 0;
  for (const index of indices) {
    sum += values[index];
  }
  return sum / indices.length;
}
