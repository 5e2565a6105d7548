/**
 * Reads a TopoJSON of the base map into plain arrays. Pure: no DOM, no Leaflet.
 *
 * Positions become world coordinates: Web Mercator scaled to 0…1, x east, y south, so that a tile
 * is only a factor away. A line is a Float64Array [x0, y0, x1, y1, …].
 */

const EARTH_M = 40075016.7;
const ROUNDS = 2;

/** (lon, lat) in degrees → [x, y] in 0…1. */
export function project(lon, lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/** [x, y] in 0…1 → [lon, lat] in degrees. */
export function unproject(x, y) {
  return [(x - 0.5) * 360, (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90];
}

/** Quantized, delta-coded arcs → lines in world coordinates. */
export function readArcs(topology) {
  const { scale, translate } = topology.transform;
  return topology.arcs.map((arc) => {
    const line = new Float64Array(arc.length * 2);
    let x = 0;
    let y = 0;
    arc.forEach((step, index) => {
      x += step[0];
      y += step[1];
      const at = project(x * scale[0] + translate[0], y * scale[1] + translate[1]);
      line[index * 2] = at[0];
      line[index * 2 + 1] = at[1];
    });
    return line;
  });
}

/** The region [west, south, east, north] in degrees → [west, north, east, south] in 0…1. */
export function frameOf(topology) {
  const [west, south, east, north] = topology.region;
  const [left, bottom] = project(west, south);
  const [right, top] = project(east, north);
  return [left, top, right, bottom];
}

/** Chaikin's corner cutting, each cut at most `metres` long; the ends of an open line stay. */
export function smooth(line, metres) {
  let points = line;
  for (let round = 0; round < ROUNDS; round += 1) {
    points = cutCorners(points, metres / EARTH_M / (round + 1));
  }
  return points;
}

function cutCorners(line, limit) {
  const count = line.length / 2;
  const isClosed = line[0] === line[line.length - 2] && line[1] === line[line.length - 1];
  if (count < 4) {
    return line;
  }
  const out = [];
  if (!isClosed) {
    out.push(line[0], line[1]);
  }
  for (let index = 0; index < count - 1; index += 1) {
    const x = line[index * 2];
    const y = line[index * 2 + 1];
    const dx = line[index * 2 + 2] - x;
    const dy = line[index * 2 + 3] - y;
    const share = Math.min(0.25, limit / (Math.hypot(dx, dy) || 1));
    if (isClosed || index > 0) {
      out.push(x + dx * share, y + dy * share);
    }
    if (isClosed || index < count - 2) {
      out.push(x + dx * (1 - share), y + dy * (1 - share));
    }
  }
  if (isClosed) {
    out.push(out[0], out[1]);
  } else {
    out.push(line[line.length - 2], line[line.length - 1]);
  }
  return Float64Array.from(out);
}

/** A geometry's arcs as [[ring, …], …]: polygons, each a list of rings, each a list of arc numbers. */
export function polygonsOf(geometry) {
  if (geometry.type === "GeometryCollection") {
    return [].concat(...geometry.geometries.map(polygonsOf));
  }
  if (geometry.type === "MultiPolygon") {
    return geometry.arcs;
  }
  return geometry.type === "Polygon" ? [geometry.arcs] : [];
}

/** Joins the numbered arcs (~n: arc n backwards) to one closed line. */
export function stitch(numbers, arcs) {
  const points = [];
  numbers.forEach((number, index) => {
    const arc = arcs[number < 0 ? ~number : number];
    const count = arc.length / 2;
    for (let step = index ? 1 : 0; step < count; step += 1) {
      const at = number < 0 ? count - 1 - step : step;
      points.push(arc[at * 2], arc[at * 2 + 1]);
    }
  });
  return Float64Array.from(points);
}

/** [west, north, east, south] of a line. */
export function boxOf(line) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = 0; index < line.length; index += 2) {
    box[0] = Math.min(box[0], line[index]);
    box[1] = Math.min(box[1], line[index + 1]);
    box[2] = Math.max(box[2], line[index]);
    box[3] = Math.max(box[3], line[index + 1]);
  }
  return box;
}
