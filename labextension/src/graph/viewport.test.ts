import { curveThrough, distanceTo, nearEnd } from './geometry';
import {
  centre,
  fit,
  pan,
  reveal,
  toPicture,
  within,
  zoomAt
} from './viewport';

const SCREEN = { width: 300, height: 200 };
const box = (x: number, y: number, width: number, height: number) => ({
  x,
  y,
  width,
  height
});

describe('the view', () => {
  it('shows a small picture at its own size, in the middle', () => {
    expect(fit(box(0, 0, 100, 100), SCREEN)).toEqual({
      scale: 1,
      x: 100,
      y: 50
    });
  });

  it('shows all of a large picture', () => {
    const view = fit(box(0, 0, 2680, 1000), SCREEN);
    expect(view.scale).toBeCloseTo(0.1);
    expect(view.x).toBeCloseTo(16);
  });

  it('keeps what is under the pointer where it is while it zooms', () => {
    const view = { scale: 0.5, x: 7, y: 9 };
    const at = { x: 120, y: 80 };
    const before = toPicture(view, at);
    const after = toPicture(zoomAt(view, 1.5, at), at);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });

  it('zooms no closer than twice the size', () => {
    expect(zoomAt({ scale: 1.9, x: 0, y: 0 }, 4, { x: 0, y: 0 }).scale).toBe(2);
  });

  it.each([
    ['is in view', box(50, 50, 100, 40), 0, 0],
    ['is left of it', box(-40, 50, 100, 40), 56, 0],
    ['is below it', box(50, 300, 100, 40), 0, -156],
    ['is larger than it', box(0, 300, 1000, 40), 16, -156]
  ])('moves as little as it needs for a node that %s', (_, node, x, y) => {
    expect(reveal({ scale: 1, x: 0, y: 0 }, node, SCREEN)).toEqual({
      scale: 1,
      x,
      y
    });
  });

  it('cannot lose the picture', () => {
    const lost = pan({ scale: 1, x: 0, y: 0 }, 9000, -9000);
    expect(within(lost, box(0, 0, 400, 400), SCREEN)).toEqual({
      scale: 1,
      x: 252,
      y: -352
    });
  });
});

describe('edges', () => {
  it('leave and arrive straight down', () => {
    expect(
      curveThrough([
        { x: 0, y: 0 },
        { x: 10, y: 20 }
      ])
    ).toBe('M0 0C0 10 10 10 10 20');
  });

  it.each([
    ['on it', { x: 5, y: 10 }, 0],
    ['beside its end', { x: 3, y: 0 }, 2]
  ])('know how far a point is: %s', (_, point, expected) => {
    const line = [
      { x: 0, y: 0 },
      { x: 10, y: 20 }
    ];
    const straight = [
      { x: 5, y: 0 },
      { x: 5, y: 20 }
    ];
    const route = expected === 0 ? line : straight;
    expect(distanceTo(point, route)).toBeCloseTo(expected, 0);
  });

  it('have their names in the gap beside one of their ends', () => {
    const points = [0, 40, 100].map(y => ({ x: y / 10, y }));
    expect(nearEnd(points, 18, true).y).toBeCloseTo(18, 0);
    expect(nearEnd(points, 18, false).y).toBeCloseTo(82, 0);
    expect(nearEnd(points.slice(0, 2), 30, true).y).toBeCloseTo(20, 0);
  });

  it('begin where the selected node is, when the whole cannot be read', () => {
    const screen = { width: 300, height: 300 };
    const view = { scale: 1, x: 0, y: 0 };
    const box = { x: 1000, y: 5000, width: 100, height: 40 };
    expect(centre(view, box, screen)).toEqual({ scale: 1, x: -900, y: -4870 });
    const seen = { x: 100, y: 100, width: 100, height: 40 };
    expect(centre(view, seen, screen)).toBe(view);
  });
});
