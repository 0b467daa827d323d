import type { EdgeStatus } from '../api/generated';
import type { IFolded } from './chains';
import {
  curveThrough,
  distanceTo,
  nearEnd,
  overlaps,
  type IBox,
  type IPoint,
  type ISize
} from './geometry';
import { SPACING, type ILayout } from './layout';
import { reachOf, type IGraphEdge, type IReach } from './model';
import type { INodeText } from './nodes';
import { createNode, fillNode, svg, type Light } from './svg';
import { visibleBox, type IView } from './viewport';

/** What is drawn. */
export interface IPicture {
  readonly folded: IFolded;
  readonly layout: ILayout;
}

/** An edge with its place. */
interface IPlacedEdge {
  readonly edge: IGraphEdge;
  readonly route: readonly IPoint[];
}

const STATUSES: readonly EdgeStatus[] = ['REFUTED', 'STATIC', 'OBSERVED'];

/** So many names are written at once; more would hide each other. */
const MOST_TIES = 12;

/** Below this scale letters cannot be read: only boxes and glyphs are shown. */
const FAR = 0.45;

interface IDrawnNode {
  readonly node: SVGGElement;
  text: INodeText | null;
  light: Light | null;
}

/**
 * The drawing: knows where things are and how they are lit, and nothing of notebooks. Only nodes on the screen are in
 * the page; all edges of one status are one path, so that a notebook of 1,000 cells is a few hundred elements.
 */
export class Scene {
  readonly node: SVGSVGElement;
  view: IView = { scale: 1, x: 0, y: 0 };
  private readonly root = svg('g', {});
  private readonly edgeLayer = svg('g', { class: 'sept-Graph-edges' });
  private readonly nearLayer = svg('g', { class: 'sept-Graph-near' });
  private readonly nodeLayer = svg('g', {});
  private readonly tieLayer = svg('g', { class: 'sept-Graph-ties' });
  private readonly drawn = new Map<string, IDrawnNode>();
  private picture: IPicture | null = null;
  private placed: readonly IPlacedEdge[] = [];
  private selected: string | null = null;
  private reach: IReach | null = null;
  private hovered: IPlacedEdge | null = null;

  constructor(private readonly textOf: (blockId: string) => INodeText | null) {
    this.root.append(
      this.edgeLayer,
      this.nearLayer,
      this.nodeLayer,
      this.tieLayer
    );
    this.node = svg('svg', { class: 'sept-Graph-svg', 'aria-hidden': 'true' }, [
      this.root
    ]);
  }

  /** Draw another graph. */
  show(picture: IPicture, lonesTitle: string): void {
    this.picture = picture;
    const { folded, layout } = picture;
    this.placed = folded.graph.edges.map((edge, index) => ({
      edge,
      route: layout.routes[index]
    }));
    this.drawn.clear();
    this.nodeLayer.replaceChildren();
    this.hovered = null;
    this.edgeLayer.replaceChildren(...paths(this.placed));
    if (layout.lonesTop !== null) {
      const title = svg('text', {
        class: 'sept-Graph-lones',
        x: '0',
        y: String(layout.lonesTop + 14)
      });
      title.textContent = lonesTitle;
      this.edgeLayer.appendChild(title);
    }
    this.select(this.selected);
  }

  /** Light a block, and what is up and down the edges from it; null: none. */
  select(blockId: string | null): void {
    this.selected = blockId;
    const graph = this.picture?.folded.graph;
    this.reach =
      graph && blockId !== null && this.picture?.layout.boxes.has(blockId)
        ? reachOf(graph, blockId)
        : null;
    this.lightEdges();
  }

  /** Light the edge at a point of the picture, if one is that near; tells whether this changed anything. */
  hover(at: IPoint | null, tolerance: number): boolean {
    const found =
      at &&
      this.placed.find(({ route }) => {
        const [top, bottom] = [route[0], route[route.length - 1]];
        return (
          top &&
          at.y >= top.y - tolerance &&
          at.y <= bottom.y + tolerance &&
          distanceTo(at, route) <= tolerance
        );
      });
    const isChange = (found ?? null) !== this.hovered;
    this.hovered = found ?? null;
    if (isChange) {
      this.lightEdges();
    }
    return isChange;
  }

  /** Bring the page to the present view, lights and texts. */
  draw(screen: ISize): void {
    const { scale, x, y } = this.view;
    this.root.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    this.node.classList.toggle('sept-mod-far', scale < FAR);
    this.node.classList.toggle('sept-mod-selecting', this.reach !== null);
    const seen = visibleBox(this.view, screen);
    const { boxes } = this.picture?.layout ?? { boxes: new Map() };
    for (const [id, box] of boxes as ReadonlyMap<string, IBox>) {
      if (overlaps(box, seen)) {
        this.drawNode(id, box);
      } else {
        this.drawn.get(id)?.node.remove();
        this.drawn.delete(id);
      }
    }
  }

  private drawNode(id: string, box: IBox): void {
    const text = this.textOf(id);
    if (!text || !this.picture) {
      return;
    }
    let drawn = this.drawn.get(id);
    if (!drawn) {
      const block = this.picture.folded.blocks.find(other => other.id === id);
      const isChain = (block?.cellIds.length ?? 1) > 1;
      drawn = { node: createNode(id, box, isChain), text: null, light: null };
      this.drawn.set(id, drawn);
      this.nodeLayer.appendChild(drawn.node);
    }
    const light = this.lightOf(id);
    if (drawn.light !== light || !isSameText(drawn.text, text)) {
      fillNode(drawn.node, text, light);
      drawn.text = text;
      drawn.light = light;
    }
  }

  private lightOf(id: string): Light {
    if (!this.reach) {
      return 'plain';
    }
    if (id === this.selected) {
      return 'selected';
    }
    return this.reach.upstream.has(id) || this.reach.downstream.has(id)
      ? 'near'
      : 'dim';
  }

  /** Edges up and down from the selection, the one under the pointer, and the names on those next to both. */
  private lightEdges(): void {
    const { reach, selected, hovered } = this;
    const isNear = ({ edge }: IPlacedEdge): boolean =>
      reach !== null &&
      (edge.to === selected ||
        edge.from === selected ||
        (reach.upstream.has(edge.to) && reach.upstream.has(edge.from)) ||
        (reach.downstream.has(edge.from) && reach.downstream.has(edge.to)));
    const near = this.placed.filter(isNear);
    this.nearLayer.replaceChildren(
      ...paths(hovered ? [...near, hovered] : near)
    );
    const tied = hovered
      ? [hovered]
      : near
          .filter(({ edge }) => edge.to === selected || edge.from === selected)
          .slice(0, MOST_TIES);
    this.tieLayer.replaceChildren(
      ...tied.map(one => tieNode(one, one.edge.to === selected))
    );
  }
}

/** One path for each status, whatever the number of edges. */
function paths(edges: readonly IPlacedEdge[]): SVGPathElement[] {
  return STATUSES.map(status =>
    svg('path', {
      class: `sept-Graph-edge sept-mod-${status.toLowerCase()}`,
      d: edges
        .filter(({ edge, route }) => edge.status === status && route.length > 0)
        .map(({ route }) => curveThrough(route))
        .join('')
    })
  ).filter(path => path.getAttribute('d') !== '');
}

/** The names of an edge, in the gap next to its start (the ends of several are apart there) or to its end. */
function tieNode(
  { edge, route }: IPlacedEdge,
  isAtStart: boolean
): SVGTextElement {
  const { x, y } = nearEnd(route, SPACING.gapY / 2, isAtStart);
  const node = svg('text', {
    class: 'sept-Graph-tie',
    x: String(x),
    y: String(y + 4)
  });
  node.textContent = edge.names.join(', ');
  return node;
}

function isSameText(one: INodeText | null, other: INodeText): boolean {
  return (
    one !== null &&
    one.look === other.look &&
    one.label === other.label &&
    one.title === other.title &&
    one.line === other.line &&
    one.tooltip === other.tooltip
  );
}
