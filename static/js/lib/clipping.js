/** Cuts lines and rings to a rectangle, so that a tile draws only what it shows. Pure. */

/** Whether two [west, north, east, south] boxes touch. */
export function meets(one, other) {
  return one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1];
}

/** Whether the first box lies within the second. */
export function within(one, other) {
  return one[0] >= other[0] && one[2] <= other[2] && one[1] >= other[1] && one[3] <= other[3];
}

/**
 * Sutherland and Hodgman: the part of a closed ring inside a box, as [x0, y0, …]; empty when there
 * is none. Edges along the box may coincide: right for filling, not for stroking.
 */
export function clipRing(ring, box) {
  let points = ring;
  for (let side = 0; side < 4 && points.length; side += 1) {
    points = clipSide(points, side % 2, box[side], side < 2 ? 1 : -1);
  }
  return points;
}

function clipSide(points, axis, limit, sign) {
  const out = [];
  let x = points[points.length - 2];
  let y = points[points.length - 1];
  let depth = ((axis ? y : x) - limit) * sign;
  for (let index = 0; index < points.length; index += 2) {
    const nextX = points[index];
    const nextY = points[index + 1];
    const nextDepth = ((axis ? nextY : nextX) - limit) * sign;
    if (depth >= 0 !== nextDepth >= 0) {
      const share = depth / (depth - nextDepth);
      out.push(
        axis ? x + (nextX - x) * share : limit,
        axis ? limit : y + (nextY - y) * share,
      );
    }
    if (nextDepth >= 0) {
      out.push(nextX, nextY);
    }
    x = nextX;
    y = nextY;
    depth = nextDepth;
  }
  return out;
}

/**
 * The stretches of an open line near a box, whole segments, each with the length of the line before
 * it, so that dashes go on from tile to tile: [{points, before}].
 */
export function runsIn(line, box) {
  const runs = [];
  let run = null;
  let length = 0;
  for (let index = 2; index < line.length; index += 2) {
    const x0 = line[index - 2];
    const y0 = line[index - 1];
    const x1 = line[index];
    const y1 = line[index + 1];
    const isNear =
      Math.min(x0, x1) <= box[2] && Math.max(x0, x1) >= box[0] &&
      Math.min(y0, y1) <= box[3] && Math.max(y0, y1) >= box[1];
    if (isNear && !run) {
      run = { points: [x0, y0], before: length };
      runs.push(run);
    }
    if (isNear) {
      run.points.push(x1, y1);
    } else {
      run = null;
    }
    length += Math.hypot(x1 - x0, y1 - y0);
  }
  return runs;
}
