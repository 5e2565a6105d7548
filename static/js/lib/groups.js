/** Grouping of what would lie on top of each other on the screen. Pure: no map, no document. */

/**
 * Group points that stand closer than `radius` pixels to the first of their group.
 *
 * @param {Array<{x: number, y: number}>} points in screen pixels, the most important first
 * @param {number} radius in pixels
 * @returns {Array<Array<number>>} indexes into `points`, one array a group, in the order given
 */
export function groupByPixels(points, radius) {
  const groups = [];
  const cells = new Map();
  points.forEach((point, index) => {
    const column = Math.floor(point.x / radius);
    const row = Math.floor(point.y / radius);
    let home = null;
    for (let dx = -1; dx <= 1 && !home; dx += 1) {
      for (let dy = -1; dy <= 1 && !home; dy += 1) {
        const near = cells.get(`${column + dx}:${row + dy}`) || [];
        home = near.find((group) => isClose(points[group[0]], point, radius)) || null;
      }
    }
    if (home) {
      home.push(index);
      return;
    }
    const group = [index];
    groups.push(group);
    const key = `${column}:${row}`;
    cells.set(key, (cells.get(key) || []).concat([group]));
  });
  return groups;
}

/**
 * Where to put a box near `at` so that it hides none of `taken`: the first offset that is free,
 * else the first of all.
 *
 * @param {{x: number, y: number}} at
 * @param {{width: number, height: number}} size of the box, in pixels
 * @param {Array<{x: number, y: number}>} taken middles of marks about `reach` pixels around
 * @param {Array<number[]>} offsets [dx, dy] of the box's middle, the best first
 * @param {number} reach in pixels
 */
export function freeOffset(at, size, taken, offsets, reach) {
  const isFree = ([dx, dy]) =>
    taken.every((mark) => {
      const apartX = Math.abs(mark.x - at.x - dx) >= size.width / 2 + reach;
      return apartX || Math.abs(mark.y - at.y - dy) >= size.height / 2 + reach;
    });
  return offsets.find(isFree) || offsets[0];
}

function isClose(a, b, radius) {
  return Math.hypot(a.x - b.x, a.y - b.y) < radius;
}

/** How many different activities a group of spots holds: one activity at two places counts once. */
export function countActivities(spots) {
  const ids = new Set();
  spots.forEach((spot) => spot.ids.forEach((id) => ids.add(id)));
  return ids.size;
}
