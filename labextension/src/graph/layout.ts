import type { IBox, IPoint } from './geometry';
import { loneCells, type IGraph } from './model';
import { place, type ISpacing } from './placement';
import { layersOf, type Link } from './ranks';

/** Where everything is in the picture. */
export interface ILayout {
  readonly boxes: ReadonlyMap<string, IBox>;
  /** For each edge of the graph, in its order: from the lower side of one node to the upper side of the other. */
  readonly routes: ReadonlyArray<readonly IPoint[]>;
  /** The upper edge of the cells without dependencies; null when there are none, or none are shown. */
  readonly lonesTop: number | null;
  readonly bounds: IBox;
}

export const NODE = { width: 152, height: 40 } as const;

export const SPACING: ISpacing = {
  nodeWidth: NODE.width,
  nodeHeight: NODE.height,
  bendWidth: 12,
  gapX: 16,
  gapY: 36,
  widestRow: 8
};

/** Between groups of cells that nothing ties to each other. */
const GAP = 48;
/** Room for the words above the cells without dependencies. */
const LONES_TITLE = 28;

/**
 * Rows of nodes from top to bottom, one group of tied cells beside the other.
 *
 * @param graph - between the blocks that the picture shows
 * @param showLones - whether cells without dependencies are there, in a grid below
 */
export function layout(graph: IGraph, showLones: boolean): ILayout {
  const groups = componentsOf(graph).map(ids => laidOut(graph, ids));
  const boxes = new Map<string, IBox>();
  const routeOf = new Map<number, readonly IPoint[]>();
  const size = packed(groups, (group, dx, dy) => {
    group.boxes.forEach((box, id) =>
      boxes.set(id, { ...box, x: box.x + dx, y: box.y + dy })
    );
    group.routes.forEach((route, edge) =>
      routeOf.set(
        edge,
        route.map(({ x, y }) => ({ x: x + dx, y: y + dy }))
      )
    );
  });
  const lones = showLones ? loneCells(graph) : [];
  const lonesTop = size.height === 0 ? 0 : size.height + GAP;
  const grid = placeGrid(lones, lonesTop + LONES_TITLE, size.width, boxes);
  return {
    boxes,
    routes: graph.edges.map((_, edge) => routeOf.get(edge) ?? []),
    lonesTop: lones.length === 0 ? null : lonesTop,
    bounds: {
      x: 0,
      y: 0,
      width: Math.max(size.width, grid.width),
      height: lones.length === 0 ? size.height : grid.height
    }
  };
}

interface IGroup {
  readonly boxes: ReadonlyMap<string, IBox>;
  /** By the edge's index in the graph. */
  readonly routes: ReadonlyMap<number, readonly IPoint[]>;
  readonly width: number;
  readonly height: number;
}

/** Cells that edges tie together, group by group; cells without edges in none. */
export function componentsOf(graph: IGraph): string[][] {
  const root = new Map<string, string>();
  const find = (id: string): string => {
    let top = id;
    for (let up = root.get(top); up !== undefined; up = root.get(top)) {
      top = up;
    }
    for (let at = id; at !== top;) {
      const up = root.get(at) ?? top;
      root.set(at, top);
      at = up;
    }
    return top;
  };
  for (const { from, to } of graph.edges) {
    const [one, other] = [find(from), find(to)];
    if (one !== other) {
      root.set(other, one);
    }
  }
  const groups = new Map<string, string[]>();
  for (const id of graph.order) {
    if (graph.into.has(id) || graph.outOf.has(id)) {
      const top = find(id);
      const group = groups.get(top) ?? [];
      groups.set(top, group);
      group.push(id);
    }
  }
  return [...groups.values()];
}

function laidOut(graph: IGraph, ids: readonly string[]): IGroup {
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const edges: number[] = [];
  const links: Link[] = [];
  graph.edges.forEach(({ from, to }, edge) => {
    const [one, other] = [indexOf.get(from), indexOf.get(to)];
    if (one !== undefined && other !== undefined) {
      edges.push(edge);
      links.push([one, other]);
    }
  });
  const layers = layersOf(ids.length, links);
  const { xs, ys, height } = place(layers, SPACING);
  const left = xs.reduce((least, x) => Math.min(least, x), Infinity);
  const right = xs.reduce((most, x) => Math.max(most, x), -Infinity);
  const toX = (item: number): number => xs[item] - left + NODE.width / 2;
  const half = NODE.height / 2;
  return {
    boxes: new Map(
      ids.map((id, index) => [
        id,
        { x: toX(index) - NODE.width / 2, y: ys[index] - half, ...NODE }
      ])
    ),
    routes: new Map(
      layers.routes.map((route, index) => [
        edges[index],
        route.map((item, step) => ({
          x: toX(item),
          y:
            ys[item] +
            (step === 0 ? half : step === route.length - 1 ? -half : 0)
        }))
      ])
    ),
    width: right - left + NODE.width,
    height
  };
}

/** Put groups on shelves, in their order, about as wide as high; tells the size of all. */
function packed(
  groups: readonly IGroup[],
  put: (group: IGroup, dx: number, dy: number) => void
): { width: number; height: number } {
  const area = groups.reduce(
    (sum, { width, height }) => sum + (width + GAP) * (height + GAP),
    0
  );
  const widest = groups.reduce((most, { width }) => Math.max(most, width), 0);
  const shelf = Math.max(widest, Math.sqrt(area));
  let [x, y, lowest, width] = [0, 0, 0, 0];
  for (const group of groups) {
    if (x > 0 && x + group.width > shelf) {
      [x, y] = [0, lowest + GAP];
    }
    put(group, x, y);
    width = Math.max(width, x + group.width);
    lowest = Math.max(lowest, y + group.height);
    x += group.width + GAP;
  }
  return { width, height: lowest };
}

function placeGrid(
  ids: readonly string[],
  top: number,
  width: number,
  boxes: Map<string, IBox>
): { width: number; height: number } {
  const step = { x: NODE.width + SPACING.gapX, y: NODE.height + SPACING.gapX };
  const room = Math.max(width, Math.sqrt(ids.length * step.x * step.y));
  const columns = Math.max(1, Math.floor((room + SPACING.gapX) / step.x));
  ids.forEach((id, index) =>
    boxes.set(id, {
      x: (index % columns) * step.x,
      y: top + Math.floor(index / columns) * step.y,
      ...NODE
    })
  );
  const lines = Math.ceil(ids.length / columns);
  return {
    width: Math.min(ids.length, columns) * step.x - SPACING.gapX,
    height: top + lines * step.y - SPACING.gapX
  };
}
