import { GLYPHS } from '../shared/glyphs';
import type { IBox } from './geometry';
import { cut, type INodeText } from './nodes';

const SVG = 'http://www.w3.org/2000/svg';

/** An element of a picture, with attributes. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
  children: readonly Element[] = []
): SVGElementTagNameMap[Name] {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

/** How a node is lit. */
export type Light = 'plain' | 'selected' | 'near' | 'dim';

/** Characters that fit into a node. */
const TITLE_LENGTH = 15;
const LINE_LENGTH = 22;

/** One node of the picture. `data-sept-block` says which. */
export function createNode(
  id: string,
  box: IBox,
  isChain: boolean
): SVGGElement {
  const { width, height } = box;
  const rect = (className: string, inset: number): SVGRectElement =>
    svg('rect', {
      class: className,
      x: String(inset),
      y: String(inset),
      width: String(width),
      height: String(height),
      rx: '4'
    });
  const node = svg(
    'g',
    { transform: `translate(${box.x} ${box.y})`, 'data-sept-block': id },
    [
      svg('title', {}),
      ...(isChain ? [rect('sept-Graph-behind', 4)] : []),
      rect('sept-Graph-box', 0),
      svg('path', { class: 'sept-Graph-glyph' }),
      svg('text', { class: 'sept-Graph-label', x: '24', y: '16' }),
      svg('text', { class: 'sept-Graph-title', y: '16' }),
      svg('text', { class: 'sept-Graph-line', x: '8', y: '32' })
    ]
  );
  return node;
}

/** Make a node show a text, lit as said. */
export function fillNode(
  node: SVGGElement,
  text: INodeText,
  light: Light
): void {
  const isChain = node.querySelector('.sept-Graph-behind') !== null;
  node.setAttribute(
    'class',
    `sept-Graph-node sept-mod-${text.look} sept-mod-${light}${isChain ? ' sept-mod-chain' : ''}`
  );
  const part = (name: string): Element | null => node.querySelector(name);
  const { d, isFilled } = GLYPHS[text.look];
  const glyph = part('.sept-Graph-glyph');
  glyph?.setAttribute('d', d);
  glyph?.classList.toggle('sept-mod-filled', isFilled);
  const label = part('.sept-Graph-label');
  const title = part('.sept-Graph-title');
  const line = part('.sept-Graph-line');
  // SVG has no ellipsis: letters are counted, at the width of the code font.
  const room = TITLE_LENGTH - Math.max(0, text.label.length - 3);
  title?.setAttribute('x', String(30 + text.label.length * 6.2));
  put(label, text.label);
  put(title, cut(text.title, room));
  put(line, cut(text.line, LINE_LENGTH));
  put(part('title'), text.tooltip);
}

function put(node: Element | null, text: string): void {
  if (node && node.textContent !== text) {
    node.textContent = text;
  }
}
