import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  ATTRIBUTION, THEMES, decode, districtGeometry, drawTile, labelsFor, measure, placeLabels, tintRelief,
} from "../../static/js/lib/basemap.js";
import { clipRing, runsIn } from "../../static/js/lib/clipping.js";
import { project, smooth, unproject } from "../../static/js/lib/topology.js";

const folder = new URL("../../static/basemap/", import.meta.url);
const topology = JSON.parse(readFileSync(new URL("ningbo.topo.json", folder)));
const towns = JSON.parse(readFileSync(new URL("towns.json", folder)));
const data = decode(topology);
const CITY = { west: 119.2, south: 27.9, east: 124, north: 31.4 };

/** A 2-D context that writes down what it is told. */
function pen() {
  const calls = [];
  const names = [
    "setTransform", "fillRect", "beginPath", "moveTo", "lineTo", "closePath", "fill", "stroke",
    "setLineDash", "save", "restore", "clip", "drawImage",
  ];
  const ctx = { calls };
  names.forEach((name) => {
    ctx[name] = (...values) => {
      calls.push([name, ...values, ctx.fillStyle, ctx.strokeStyle]);
    };
  });
  return ctx;
}

function tileAt(lon, lat, z) {
  const [x, y] = project(lon, lat);
  const count = Math.pow(2, z);
  return { z, x: Math.floor(x * count), y: Math.floor(y * count), size: 256, ratio: 1, bleed: 1 };
}

function drawn(lon, lat, z, picture = data) {
  const ctx = pen();
  drawTile(ctx, tileAt(lon, lat, z), picture, THEMES.light);
  return ctx.calls;
}

const fills = (calls) => calls.filter(([name]) => name === "fill").map((call) => call[2]);

test("a position goes to the plane and back", () => {
  const [lon, lat] = unproject(...project(121.5494, 29.8782));
  assert.ok(Math.abs(lon - 121.5494) < 1e-9 && Math.abs(lat - 29.8782) < 1e-9);
  assert.deepEqual(project(0, 0), [0.5, 0.5]);
});

test("the ten districts of Ningbo are there, closed and in the region", () => {
  assert.deepEqual(Object.keys(data.districts).sort(), [
    "330203", "330205", "330206", "330211", "330212", "330213", "330225", "330226", "330281", "330282",
  ]);
  data.land.forEach(({ line, box }) => {
    assert.equal(line[0], line[line.length - 2]);
    assert.equal(line[1], line[line.length - 1]);
    assert.ok(box[0] >= data.frame[0] - 1e-7 && box[2] <= data.frame[2] + 1e-7);
    assert.ok(box[1] >= data.frame[1] - 1e-7 && box[3] <= data.frame[3] + 1e-7);
  });
});

test("a district is given as GeoJSON, an unknown one is null", () => {
  const haishu = districtGeometry(data, "330203");
  assert.equal(haishu.type, "MultiPolygon");
  const ring = haishu.coordinates[0][0];
  assert.ok(ring.every(([lon, lat]) => lon > 121.1 && lon < 121.6 && lat > 29.7 && lat < 30));
  assert.equal(districtGeometry(data, "330204"), null);
});

test("borders are read from who shares an arc, and no coast runs along the frame", () => {
  assert.ok(data.lines.inner.length > 10 && data.lines.outer.length > 0);
  data.lines.coast.forEach(({ line }) => {
    for (let index = 2; index < line.length; index += 2) {
      const isWest = [line[index], line[index - 2]].every((x) => Math.abs(x - data.frame[0]) < 2e-7);
      assert.ok(!isWest, "the western frame is drawn as coast");
    }
  });
});

test("rounding keeps the ends of a line and the closing of a ring", () => {
  const open = smooth(Float64Array.from([0, 0, 1, 0, 1, 1, 2, 1]), 40075016.7);
  assert.deepEqual([open[0], open[1], open[open.length - 2], open[open.length - 1]], [0, 0, 2, 1]);
  const ring = smooth(Float64Array.from([0, 0, 1, 0, 1, 1, 0, 0]), 40075016.7);
  assert.equal(ring[0], ring[ring.length - 2]);
  assert.equal(ring[1], ring[ring.length - 1]);
  assert.ok(ring.length > 8);
});

test("rounding cuts no more than it may", () => {
  const line = smooth(Float64Array.from([0, 0, 1, 0, 1, 1, 2, 1]), 40075.0167);
  const nearest = Math.min(...Array.from({ length: line.length / 2 }, (_, index) =>
    Math.hypot(line[index * 2] - 1, line[index * 2 + 1])));
  assert.ok(nearest <= 0.0011, `the corner at 1, 0 moved by ${nearest}`);
});

test("a ring is cut to a box", () => {
  const square = [0, 0, 4, 0, 4, 4, 0, 4, 0, 0];
  const cut = clipRing(square, [1, 1, 2, 2]);
  const xs = cut.filter((_, index) => index % 2 === 0);
  const ys = cut.filter((_, index) => index % 2 === 1);
  assert.deepEqual([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], [1, 1, 2, 2]);
  assert.deepEqual(clipRing(square, [5, 5, 6, 6]), []);
});

test("dashes go on where the tile before ended", () => {
  const [run] = runsIn([0, 0, 3, 0, 6, 0, 9, 0], [6.5, -1, 8, 1]);
  assert.deepEqual(run, { points: [6, 0, 9, 0], before: 6 });
});

test("the open sea is one colour, the city is painted above the land", () => {
  const { sea, land, city } = THEMES.light;
  assert.deepEqual(fills(drawn(123.8, 29.3, 12)), []);
  assert.equal(drawn(123.8, 29.3, 12).find(([name]) => name === "fillRect")[5], sea);
  const order = fills(drawn(121.55, 29.88, 9));
  assert.ok(order.indexOf(land) >= 0 && order.indexOf(land) < order.indexOf(city));
});

test("nothing is drawn far outside a tile, however close one looks", () => {
  const reach = drawn(121.55, 29.88, 16)
    .filter(([name]) => name === "moveTo" || name === "lineTo")
    .every(([, x, y]) => Math.abs(x) < 1e6 && Math.abs(y) < 1e6);
  assert.ok(reach);
  const filled = drawn(121.36, 29.83, 16).filter(([name]) => name === "lineTo");
  assert.ok(filled.length < 40, `${filled.length} points for a tile of plain land`);
});

test("the relief fades where it has no detail", () => {
  const withRelief = Object.assign({}, data, { relief: {} });
  const pictures = (z) => drawn(121.2, 29.7, z, withRelief).filter(([name]) => name === "drawImage");
  assert.equal(pictures(10).length, 2);
  assert.equal(pictures(14).length, 0);
});

test("plains stay clear, mountains are tinted, by day and by night", () => {
  const grey = Uint8ClampedArray.from([0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255, 40, 40, 40, 255]);
  Object.values(THEMES).forEach((theme) => {
    const tinted = tintRelief(grey, 2, theme);
    assert.equal(tinted.length, 8);
    assert.equal(tinted[3], 0);
    assert.ok(tinted[7] > 100);
  });
});

test("names carry the rank and the zoom they belong to", () => {
  const near = labelsFor(9.5, CITY, data);
  assert.equal(near[0].kind, "district");
  assert.equal(near.filter((label) => label.kind === "district").length, 10);
  assert.ok(near.some((label) => label.text === "象山港"));
  const far = labelsFor(8, CITY, data);
  assert.ok(!far.some((label) => label.text === "象山港"));
  assert.ok(far.some((label) => label.text === "镇海"), "below zoom 9 the ending is left out");
});

test("all ten districts have room on a phone and on a desk", () => {
  [8, 8.5, 9, 9.5, 10].forEach((zoom) => {
    const scale = 256 * Math.pow(2, zoom);
    const candidates = labelsFor(zoom, CITY, data);
    candidates.forEach((label) => {
      label.px = { x: label.x * scale, y: label.y * scale };
    });
    const placed = placeLabels(candidates, measure).filter((label) => label.kind === "district");
    assert.equal(placed.length, 10, `at zoom ${zoom}`);
  });
});

test("no two placed names overlap, and the less important gives way", () => {
  const at = (text, rank, x) => ({ text, rank, size: 13, spacing: 0, dot: false, px: { x, y: 0 } });
  const placed = placeLabels([at("甲地", 0, 0), at("乙地", 1, 20), at("丙地", 2, 100)]);
  assert.deepEqual(placed.map((label) => label.text), ["甲地", "丙地"]);
});

test("a town's name moves around its dot before it gives up", () => {
  const at = (text, x) => ({ text, size: 13, spacing: 0, dot: true, px: { x, y: 0 } });
  const placed = placeLabels([at("甲地", 0), at("乙地", 20)]);
  assert.equal(placed.length, 2);
  assert.ok(placed[0].middle.y < 0 && placed[1].middle.y > 0);
});

test("names keep clear of what must stay free", () => {
  const label = { text: "甲地", size: 13, spacing: 0, dot: false, px: { x: 0, y: 0 } };
  assert.deepEqual(placeLabels([label], measure, [[-5, -5, 5, 5]]), []);
});

test("a district steps aside from a mark, and is named even where there is no room", () => {
  const label = { kind: "district", text: "甲县", size: 17, spacing: 0, px: { x: 0, y: 0 } };
  const [aside] = placeLabels([label], measure, [[-10, -10, 10, 10]]);
  assert.ok(aside.box[3] <= -10 || aside.box[1] >= 10 || aside.box[2] <= -10 || aside.box[0] >= 10);
  const [squeezed] = placeLabels([label], measure, [[-200, -200, 200, 30]]);
  assert.ok(squeezed.middle.y > 30, "the place of which the mark hides least");
});

test("the credit in the code is the one in the data", () => {
  assert.equal(topology.attribution, ATTRIBUTION);
  assert.equal(towns.attribution, ATTRIBUTION);
});
