import { chainsOf, fold } from './chains';
import { overlaps } from './geometry';
import { componentsOf, layout } from './layout';
import { areSame, joined, loneCells, reachOf, type IGraph } from './model';
import { ranksOf } from './ranks';

/** A graph from "a>b b>c", with the cells in the order given. */
function graph(order: string, edges: string): IGraph {
  return joined(
    order.split(' ').filter(Boolean),
    edges
      .split(' ')
      .filter(Boolean)
      .map(edge => {
        const [from, to] = edge.split('>');
        return { from, to, names: [from], status: 'STATIC' as const };
      })
  );
}

/** Each cell reads one to three earlier ones, mostly near: as in real notebooks. The same for the same seed. */
function notebook(count: number, seed = 7): IGraph {
  let state = seed;
  const random = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const edges = new Set<string>();
  for (let to = 1; to < count; to++) {
    for (let link = Math.ceil(random() * 3); link > 0; link--) {
      const reach = random() < 0.8 ? Math.min(12, to) : to;
      edges.add(`c${to - 1 - Math.floor(random() * reach)}>c${to}`);
    }
  }
  const order = Array.from({ length: count }, (_, index) => `c${index}`);
  return graph(order.join(' '), [...edges].join(' '));
}

const sorted = (ids: Iterable<string>): string => [...ids].sort().join(' ');

describe('the graph', () => {
  it.each([
    ['b', 'a', 'c d'],
    ['a', '', 'b c d'],
    ['e', '', '']
  ])('knows what %s reaches', (id, upstream, downstream) => {
    const reach = reachOf(graph('a b c d e', 'a>b b>c b>d'), id);
    expect(sorted(reach.upstream)).toBe(upstream);
    expect(sorted(reach.downstream)).toBe(downstream);
  });

  it('leaves out edges that go up', () => {
    expect(graph('a b', 'b>a').edges).toEqual([]);
  });

  it.each([
    ['a b', 'a>b', true],
    ['b a', '', false],
    ['a b', '', false]
  ])('tells whether it differs from %s with %s', (order, edges, expected) => {
    expect(areSame(graph('a b', 'a>b'), graph(order, edges))).toBe(expected);
  });

  it('lists the cells that nothing ties', () => {
    expect(loneCells(graph('a b c', 'a>c'))).toEqual(['b']);
  });
});

describe('chains', () => {
  it.each([
    ['a straight line', 'a b c d', 'a>b b>c c>d', ['a b c d']],
    ['two cells only', 'a b', 'a>b', []],
    ['inputs of the first', 'x y a b c', 'x>a y>a a>b b>c', ['a b c']],
    ['outputs of the last', 'a b c x y', 'a>b b>c c>x c>y', ['a b c']],
    ['a side entry ends it', 'a b x c d', 'a>b b>c x>c c>d', []],
    ['two lines', 'a b c x y z', 'a>b b>c x>y y>z', ['a b c', 'x y z']]
  ])('of %s', (_, order, edges, expected) => {
    const found = chainsOf(graph(order, edges));
    expect(found.map(chain => chain.join(' '))).toEqual(expected);
  });

  it('fold into one block that keeps the edges to and from others', () => {
    const folded = fold(graph('x a b c y', 'x>a a>b b>c c>y x>y'), [
      ['a', 'b', 'c']
    ]);
    expect(folded.blocks.map(block => block.cellIds.join(' '))).toEqual([
      'x',
      'a b c',
      'y'
    ]);
    expect(folded.graph.edges.map(({ from, to }) => `${from}>${to}`)).toEqual([
      'x>a',
      'a>y',
      'x>y'
    ]);
    expect(folded.blockOf.get('c')).toBe('a');
  });
});

describe('the layout', () => {
  it('puts sources just above what they feed', () => {
    expect(
      ranksOf(4, [
        [0, 1],
        [1, 3],
        [2, 3]
      ])
    ).toEqual([0, 1, 1, 2]);
  });

  it('separates groups that nothing ties', () => {
    expect(componentsOf(graph('a b c d e', 'a>c b>d'))).toEqual([
      ['a', 'c'],
      ['b', 'd']
    ]);
  });

  it('puts a chain straight below each other', () => {
    const { boxes } = layout(graph('a b c', 'a>b b>c'), true);
    expect(new Set([...boxes.values()].map(box => box.x)).size).toBe(1);
  });

  it('shows cells without dependencies apart, or not at all', () => {
    const lone = graph('a b c', 'a>c');
    const shown = layout(lone, true);
    expect(shown.boxes.get('b')?.y).toBeGreaterThan(shown.lonesTop ?? 0);
    expect(layout(lone, false).boxes.has('b')).toBe(false);
    expect(layout(lone, false).lonesTop).toBeNull();
  });

  it('of nothing is nothing', () => {
    expect(layout(graph('', ''), true)).toMatchObject({
      lonesTop: null,
      bounds: { height: 0 }
    });
  });

  it.each([
    ['30 cells', notebook(30)],
    ['200 cells', notebook(200)],
    ['a hub', graph(ids(60), ids(60, 1).replace(/(\S+)/g, 'c0>$1'))],
    ['60 sources', graph(ids(60), ids(59).replace(/(\S+)/g, '$1>c59'))],
    ['cells without edges', graph(ids(40), '')]
  ])('keeps nodes apart and edges downward: %s', (_, given) => {
    const { boxes, routes, bounds } = layout(given, true);
    const list = [...boxes.values()];
    expect(list).toHaveLength(given.order.length);
    list.forEach((box, index) => {
      expect(list.slice(index + 1).some(other => overlaps(box, other))).toBe(
        false
      );
      expect(box.x).toBeGreaterThanOrEqual(-0.001);
      expect(box.x + box.width).toBeLessThanOrEqual(bounds.width + 0.001);
      expect(box.y + box.height).toBeLessThanOrEqual(bounds.height + 0.001);
    });
    routes.forEach((route, edge) => {
      const from = boxes.get(given.edges[edge].from);
      expect(route[0].y).toBeCloseTo((from?.y ?? 0) + 40);
      expect(route.at(-1)?.y).toBeCloseTo(
        boxes.get(given.edges[edge].to)?.y ?? 0
      );
      expect(route[0].y).toBeLessThan(route.at(-1)?.y ?? 0);
    });
  });

  it('is the same for the same graph', () => {
    expect(layout(notebook(100), true)).toEqual(layout(notebook(100), true));
  });
});

function ids(count: number, from = 0): string {
  return Array.from(
    { length: count - from },
    (_, index) => `c${index + from}`
  ).join(' ');
}
