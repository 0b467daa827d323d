import type { Look } from './looks';

/** One shape each, so that no state is told by colour alone. In a box of 12 by 12; `currentColor` everywhere. */
export const GLYPHS: Readonly<
  Record<Look, { readonly d: string; readonly isFilled: boolean }>
> = {
  idle: { d: 'M6 2.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7', isFilled: false },
  running: { d: 'M6 2a4 4 0 1 0 4 4', isFilled: false },
  success: {
    d: 'M6 3.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6',
    isFilled: true
  },
  error: { d: 'M6 1.2L11.2 10.5H.8Z', isFilled: true },
  stale: { d: 'M6 .8L11.2 6L6 11.2L.8 6Z', isFilled: true },
  unknown: {
    d: 'M3.8 4.2a2.2 2.2 0 1 1 3.4 1.9c-.8.5-1.2.9-1.2 1.8M6 9.9v.6',
    isFilled: false
  },
  none: { d: '', isFilled: false }
};

const SVG = 'http://www.w3.org/2000/svg';

/** The glyph as a node, hidden from screen readers: the word beside it speaks. */
export function glyphNode(look: Look): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `sept-Glyph sept-mod-${look}`);
  svg.setAttribute('viewBox', '0 0 12 12');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', GLYPHS[look].d);
  path.setAttribute(
    'class',
    GLYPHS[look].isFilled ? 'sept-Glyph-filled' : 'sept-Glyph-outline'
  );
  svg.appendChild(path);
  return svg;
}

const DATABASE =
  'M2 3c0-2 8-2 8 0v6c0 2-8 2-8 0ZM2 3c0 2 8 2 8 0M2 6c0 2 8 2 8 0';

/** A little drum: the name beside it is a relation of a database. */
export function databaseNode(): SVGSVGElement {
  const svg = glyphNode('none');
  svg.setAttribute('class', 'sept-Glyph sept-mod-database');
  svg.firstElementChild?.setAttribute('d', DATABASE);
  return svg;
}
