/** What the base map is made of: areas, water, shelves, borders and names, read from one topology. */

import { readLabels } from "./basemap-labels.js";
import { boxOf, frameOf, polygonsOf, readArcs, smooth, stitch, unproject } from "./topology.js";

// A shorter border that meets no other is a scrap of mud flat divided by rule: not worth a line.
const STRAY = 4500 / 40075016;
const SHELVES = ["shelf1", "shelf2", "shelf3"];
const COAST_CUT_M = 260; // a corner is rounded by at most this much
const LAKE_CUT_M = 4000;

/**
 * Read the topology once; everything a tile needs is then in world coordinates.
 *
 * @param {object} topology ningbo.topo.json
 * @returns {{land: object[], city: object[], districts: Object<string, object[][]>,
 *   water: object[], shelves: object[][], lines: object, labels: object[], frame: number[],
 *   attribution: string}}
 */
export function decode(topology) {
  const areas = topology.objects.areas.geometries;
  const users = usersOf(areas);
  const frame = frameOf(topology);
  // Official borders stay as they are; the coast is rounded a little, lakes of five points much.
  const rounded = readArcs(topology).map((arc, index) => {
    const count = (users[index] || []).length;
    return count > 1 ? arc : smooth(arc, count ? COAST_CUT_M : LAKE_CUT_M);
  });
  const rings = (polygons) => [].concat(...polygons).map((ring) => part(stitch(ring, rounded)));
  const layer = (name) => rings(polygonsOf(topology.objects[name]));
  const districts = {};
  areas.filter((area) => area.properties.code).forEach((area) => {
    districts[area.properties.code] = polygonsOf(area).map((polygon) => rings([polygon]));
  });
  const city = [].concat(...Object.keys(districts).map((code) => [].concat(...districts[code])));
  const outside = areas.filter((area) => !area.properties.code).map(polygonsOf);
  return {
    city,
    districts,
    land: city.concat(rings([].concat(...outside))),
    water: layer("water"),
    shelves: SHELVES.map(layer),
    lines: linesOf(rounded, users, frame),
    labels: readLabels(topology.labels || []),
    frame,
    attribution: topology.attribution || "",
  };
}

function part(line) {
  return { line, box: boxOf(line) };
}

/** Per arc: the codes of the areas that use it. */
function usersOf(areas) {
  const users = [];
  areas.forEach((area) => {
    [].concat(...polygonsOf(area)).forEach((ring) => ring.forEach((number) => {
      const arc = number < 0 ? ~number : number;
      users[arc] = (users[arc] || []).concat([area.properties.code]);
    }));
  });
  return users;
}

/** Borders and coast follow from who shares an arc; the frame of the data is no coast. */
function linesOf(arcs, users, frame) {
  const lines = { coast: [], inner: [], outer: [] };
  const borders = [];
  arcs.forEach((arc, index) => {
    const codes = users[index] || [];
    if (codes.length === 1) {
      offFrame(arc, frame).forEach((line) => lines.coast.push(part(line)));
    } else if (codes.length > 1) {
      borders.push({ arc, kind: codes.indexOf("") >= 0 ? "outer" : "inner" });
    }
  });
  const ends = new Map();
  borders.forEach(({ arc }) => endsOf(arc).forEach((end) => ends.set(end, (ends.get(end) || 0) + 1)));
  borders.forEach(({ arc, kind }) => {
    const isAlone = endsOf(arc).every((end) => ends.get(end) === 1);
    if (!isAlone || spanOf(arc) > STRAY) {
      lines[kind].push(part(arc));
    }
  });
  return lines;
}

function endsOf(line) {
  const last = line.length - 2;
  return [`${line[0]} ${line[1]}`, `${line[last]} ${line[last + 1]}`];
}

function spanOf(line) {
  const [west, north, east, south] = boxOf(line);
  return Math.max(east - west, south - north);
}

/** The line without its stretches along the frame. */
function offFrame(line, frame) {
  const near = 2e-7;
  const onEdge = (index) =>
    Math.abs(line[index] - frame[0]) < near || Math.abs(line[index] - frame[2]) < near ||
    Math.abs(line[index + 1] - frame[1]) < near || Math.abs(line[index + 1] - frame[3]) < near;
  const pieces = [[]];
  for (let index = 0; index < line.length; index += 2) {
    if (index && onEdge(index) && onEdge(index - 2)) {
      pieces.push([]);
    }
    pieces[pieces.length - 1].push(line[index], line[index + 1]);
  }
  return pieces.filter((piece) => piece.length > 2).map((piece) => Float64Array.from(piece));
}

/** A district as GeoJSON, cut to the coast (lon, lat), or null when the code is not known. */
export function districtGeometry(data, code) {
  if (!data.districts[code]) {
    return null;
  }
  const degrees = ({ line }) => {
    const ring = [];
    for (let index = 0; index < line.length; index += 2) {
      ring.push(unproject(line[index], line[index + 1]));
    }
    return ring;
  };
  const coordinates = data.districts[code].map((polygon) => polygon.map(degrees));
  return { type: "MultiPolygon", coordinates };
}
