/** A place in the picture, or on the screen. */
export interface IPoint {
  readonly x: number;
  readonly y: number;
}

/** Width and height. */
export interface ISize {
  readonly width: number;
  readonly height: number;
}

/** A box by its upper left corner. */
export interface IBox extends IPoint, ISize {}

export function centreOf(box: IBox): IPoint {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export function overlaps(one: IBox, other: IBox): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

export function contains(box: IBox, point: IPoint): boolean {
  return (
    point.x >= box.x &&
    point.x <= box.x + box.width &&
    point.y >= box.y &&
    point.y <= box.y + box.height
  );
}

/** A path for SVG through points from top to bottom, leaving and reaching each one straight down. */
export function curveThrough(points: readonly IPoint[]): string {
  const [start, ...rest] = points;
  let path = `M${round(start.x)} ${round(start.y)}`;
  let last = start;
  for (const point of rest) {
    const middle = round((last.y + point.y) / 2);
    path += `C${round(last.x)} ${middle} ${round(point.x)} ${middle} ${round(point.x)} ${round(point.y)}`;
    last = point;
  }
  return path;
}

/**
 * A place on the curve between its first two points (or its last two) that is at most so far below (above) the end:
 * in the gap between two rows, where no node is.
 */
export function nearEnd(
  points: readonly IPoint[],
  distance: number,
  isAtStart: boolean
): IPoint {
  const end = isAtStart ? points[0] : points[points.length - 1];
  const next = (isAtStart ? points[1] : points[points.length - 2]) ?? end;
  const height = Math.abs(next.y - end.y);
  const wanted = Math.min(distance, height / 2);
  // The curve's height along its way rises steadily: halve the stretch until it is near enough.
  let [low, high] = [0, 1];
  for (let step = 0; step < 12; step++) {
    const middle = (low + high) / 2;
    const isBeyond = Math.abs(alongPiece(end, next, middle).y - end.y) > wanted;
    [low, high] = isBeyond ? [low, middle] : [middle, high];
  }
  return alongPiece(end, next, low);
}

/** How far a point is from the curve through points, near enough: measured to eight chords of each piece. */
export function distanceTo(point: IPoint, points: readonly IPoint[]): number {
  let best = Infinity;
  for (let index = 1; index < points.length; index++) {
    let from = points[index - 1];
    for (let step = 1; step <= 8; step++) {
      const to = alongPiece(points[index - 1], points[index], step / 8);
      best = Math.min(best, toSegment(point, from, to));
      from = to;
    }
  }
  return best;
}

/** The piece of `curveThrough` between two points, at a share of its way. */
function alongPiece(from: IPoint, to: IPoint, share: number): IPoint {
  const rest = 1 - share;
  const bend = 3 * rest * share * share + share * share * share;
  return {
    x: from.x + (to.x - from.x) * bend,
    y:
      from.y * rest ** 3 +
      ((from.y + to.y) / 2) * 3 * rest * share +
      to.y * share ** 3
  };
}

function toSegment(point: IPoint, from: IPoint, to: IPoint): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const along =
    square === 0
      ? 0
      : ((point.x - from.x) * dx + (point.y - from.y) * dy) / square;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(
    point.x - from.x - share * dx,
    point.y - from.y - share * dy
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
