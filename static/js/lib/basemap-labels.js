/** Which names of the base map stand where: ranked, and none over another. Pure. */

import { project } from "./topology.js";

// Size in px; spacing in em; the weight of the letters; rank: the smaller, the earlier placed.
const KINDS = {
  district: { rank: 0, size: 17, spacing: 0.14, weight: 650 },
  sea: { rank: 1, size: 17, spacing: 0.45, weight: 400 },
  city: { rank: 2, size: 15, spacing: 0.3, weight: 500 },
  bay: { rank: 3, size: 13, spacing: 0.2, weight: 400 },
  lake: { rank: 4, size: 13, spacing: 0.08, weight: 400 },
  hill: { rank: 5, size: 13, spacing: 0.32, weight: 400 },
  town: { rank: 6, size: 13, spacing: 0.02, weight: 450, dot: true },
  county: { rank: 7, size: 13, spacing: 0.1, weight: 400 },
  street: { rank: 8, size: 13, spacing: 0.02, weight: 400, dot: true },
};
const GONE = { sea: 12, hill: 11, city: 12.5 }; // names of wide things end at this zoom
const SHORT_BELOW = 9; // 镇海, not 镇海区
const GAP = 4;

/** Rows [kind, text, lon, lat, from zoom] of the data files → labels in world coordinates. */
export function readLabels(rows) {
  return rows.map(([kind, text, lon, lat, from], order) => {
    const [x, y] = project(lon, lat);
    return { kind, text, lon, lat, x, y, from, order };
  });
}

/**
 * Candidates of a view, the most important first.
 *
 * @param {number} zoom
 * @param {{west: number, south: number, east: number, north: number}} bounds in degrees
 * @param {{labels: object[]}} data from decode()
 * @param {number} scale of all sizes: 1 on a page, more on a lobby screen
 */
export function labelsFor(zoom, bounds, data, scale = 1) {
  return data.labels
    .filter((label) => zoom >= label.from && zoom < (GONE[label.kind] || Infinity))
    .filter((label) =>
      label.lon >= bounds.west && label.lon <= bounds.east &&
      label.lat >= bounds.south && label.lat <= bounds.north)
    .map((label) => {
      const look = KINDS[label.kind];
      const isDistrict = label.kind === "district";
      const isShort = isDistrict && zoom < SHORT_BELOW && label.text.length > 2;
      const size = look.size - (isDistrict ? Math.min(4, Math.max(0, SHORT_BELOW + 0.5 - zoom) * 4) : 0);
      return Object.assign({}, label, look, {
        key: `${label.kind}:${label.text}:${label.order}`,
        text: isShort ? label.text.slice(0, -1) : label.text,
        size: size * scale,
        dot: Boolean(look.dot),
      });
    })
    .sort((one, other) => one.rank - other.rank || one.order - other.order);
}

/** Width and height in px. Chinese characters are squares, so no canvas is needed. */
export function measure(label) {
  const count = Array.from(label.text).length;
  return {
    width: count * label.size * (1 + label.spacing) - label.size * label.spacing,
    height: label.size * 1.25,
  };
}

/**
 * Offsets of a label's middle from its point, the best first: a dot's name goes above, below, right
 * or left; a district's steps aside from marks; all others stay.
 */
function offsetsOf(label, size) {
  if (label.kind === "district") {
    const up = size.height;
    const over = size.width * 0.55;
    return [
      [0, 0], [0, -up], [0, up], [-over, 0], [over, 0], [-over, -up], [over, -up], [-over, up],
      [over, up], [0, -1.8 * up], [0, 1.8 * up],
    ];
  }
  if (!label.dot) {
    return [[0, 0]];
  }
  const rise = size.height / 2 + 3;
  const side = size.width / 2 + 6;
  return [[0, -rise], [0, rise], [side, 0], [-side, 0]];
}

/**
 * Greedy placing by rank.
 *
 * @param {object[]} candidates with px (x, y in pixels), the most important first
 * @param {function(object): {width: number, height: number}} measured
 * @param {number[][]} obstacles boxes [left, top, right, bottom] that stay free, if need be at the
 *   price of a name; a district is named all the same, under what is in its way
 * @returns {object[]} those that found room, with middle {x, y} and their box
 */
export function placeLabels(candidates, measured = measure, obstacles = []) {
  const taken = [];
  const isFree = (box) => !taken.concat(obstacles).some((other) => overlap(box, other));
  const placed = [];
  candidates.forEach((label) => {
    const size = measured(label);
    const { x, y } = label.px;
    const dot = [x - 3, y - 3, x + 3, y + 3];
    if (label.dot && !isFree(dot)) {
      return;
    }
    const boxes = offsetsOf(label, size).map(([dx, dy]) => boxAround(x + dx, y + dy, size));
    const free = boxes.find(isFree) ||
      (label.kind === "district" ? leastHidden(boxes, taken, obstacles) : undefined);
    if (!free) {
      return;
    }
    taken.push(free);
    if (label.dot) {
      taken.push(dot);
    }
    const middle = { x: (free[0] + free[2]) / 2, y: (free[1] + free[3]) / 2 };
    placed.push(Object.assign({}, label, { middle, box: free }));
  });
  return placed;
}

/** Of the boxes clear of other names, the one of which the obstacles hide least. */
function leastHidden(boxes, taken, obstacles) {
  const hidden = (box) => obstacles.reduce((sum, other) => {
    const width = Math.min(box[2], other[2]) - Math.max(box[0], other[0]);
    const height = Math.min(box[3], other[3]) - Math.max(box[1], other[1]);
    return sum + Math.max(0, width) * Math.max(0, height);
  }, 0);
  return boxes
    .filter((box) => !taken.some((other) => overlap(box, other)))
    .reduce((best, box) => (best && hidden(best) <= hidden(box) ? best : box), undefined);
}

function boxAround(x, y, { width, height }) {
  return [x - width / 2 - GAP, y - height / 2 - 1, x + width / 2 + GAP, y + height / 2 + 1];
}

function overlap(one, other) {
  return one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];
}
