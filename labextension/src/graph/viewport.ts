import type { IBox, IPoint, ISize } from './geometry';

/** Which part of the picture is on the screen: screen = picture * scale + (x, y). */
export interface IView extends IPoint {
  readonly scale: number;
}

/** No closer and no farther than this. */
export const CLOSEST = 2;
export const FARTHEST = 0.02;

/** Room that is left around a picture that fits, and around a node that is brought into view; on the screen. */
const MARGIN = 16;

/** Show all of the picture, at its own size if there is room. */
export function fit(bounds: IBox, screen: ISize): IView {
  const scale = clamp(
    Math.min(
      1,
      (screen.width - 2 * MARGIN) / Math.max(1, bounds.width),
      (screen.height - 2 * MARGIN) / Math.max(1, bounds.height)
    )
  );
  return {
    scale,
    x: (screen.width - bounds.width * scale) / 2 - bounds.x * scale,
    y: Math.max(
      MARGIN,
      (screen.height - bounds.height * scale) / 2 - bounds.y * scale
    )
  };
}

/** Closer (factor > 1) or farther; what is at a point of the screen stays there. */
export function zoomAt(view: IView, factor: number, at: IPoint): IView {
  const scale = clamp(view.scale * factor);
  const ratio = scale / view.scale;
  return {
    scale,
    x: at.x - (at.x - view.x) * ratio,
    y: at.y - (at.y - view.y) * ratio
  };
}

/** Move the picture by screen distances. */
export function pan(view: IView, dx: number, dy: number): IView {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** Move no more than is needed for a box of the picture to be on the screen. */
export function reveal(view: IView, box: IBox, screen: ISize): IView {
  const left = box.x * view.scale + view.x;
  const top = box.y * view.scale + view.y;
  return pan(
    view,
    shiftInto(left, box.width * view.scale, screen.width),
    shiftInto(top, box.height * view.scale, screen.height)
  );
}

/** Put a box of the picture into the middle of the screen, unless all of it is on the screen already. */
export function centre(view: IView, box: IBox, screen: ISize): IView {
  const moved = reveal(view, box, screen);
  if (moved.x === view.x && moved.y === view.y) {
    return view;
  }
  return {
    ...view,
    x: screen.width / 2 - (box.x + box.width / 2) * view.scale,
    y: screen.height / 2 - (box.y + box.height / 2) * view.scale
  };
}

/** Keep at least a corner of the picture on the screen, so that it cannot be lost. */
export function within(view: IView, bounds: IBox, screen: ISize): IView {
  const keep = 48;
  const range = (start: number, length: number, room: number): number[] => [
    keep - (start + length) * view.scale,
    room - keep - start * view.scale
  ];
  const [leftmost, rightmost] = range(bounds.x, bounds.width, screen.width);
  const [topmost, lowest] = range(bounds.y, bounds.height, screen.height);
  return {
    ...view,
    x: Math.min(Math.max(view.x, leftmost), Math.max(leftmost, rightmost)),
    y: Math.min(Math.max(view.y, topmost), Math.max(topmost, lowest))
  };
}

/** A point of the screen as one of the picture. */
export function toPicture(view: IView, at: IPoint): IPoint {
  return { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
}

/** The part of the picture that is on the screen. */
export function visibleBox(view: IView, screen: ISize): IBox {
  return {
    ...toPicture(view, { x: 0, y: 0 }),
    width: screen.width / view.scale,
    height: screen.height / view.scale
  };
}

function shiftInto(start: number, length: number, room: number): number {
  const end = start + length;
  if (start < MARGIN || length > room - 2 * MARGIN) {
    return MARGIN - start;
  }
  return end > room - MARGIN ? room - MARGIN - end : 0;
}

function clamp(scale: number): number {
  return Math.min(CLOSEST, Math.max(FARTHEST, scale));
}
