/**
 * Paints the base map's tiles beside the page, so that a phone stays quick while the map appears.
 *
 * Told: {kind: "start", baseUrl, theme}, {kind: "paint", id, canvas, tile}, {kind: "drop", id} and
 * {kind: "theme", theme}. Tells once: {labels, districts}, or {labels: null} when the file does not
 * come. The page paints by itself where a worker cannot (see lib/leaflet.js).
 */

import { THEMES, decode, districtGeometry, drawTile } from "./lib/basemap.js";
import { readJson, readPicture, tinted } from "./lib/basemap-files.js";

const makeCanvas = (width, height) => new OffscreenCanvas(width, height);
const tiles = new Map();
let data = null;
let grey = null;
let theme = THEMES.light;

function paint({ canvas, tile }) {
  if (data) {
    drawTile(canvas.getContext("2d"), tile, data, theme);
  }
}

function paintAll() {
  tiles.forEach(paint);
}

async function start({ baseUrl, theme: name }) {
  theme = THEMES[name] || theme;
  const picture = readPicture(`${baseUrl}relief.webp`, makeCanvas).catch(() => null);
  const topology = await readJson(`${baseUrl}ningbo.topo.json`);
  if (!topology) {
    self.postMessage({ labels: null });
    return;
  }
  data = decode(topology);
  const districts = {};
  Object.keys(data.districts).forEach((code) => {
    districts[code] = districtGeometry(data, code);
  });
  self.postMessage({ labels: topology.labels, districts });
  paintAll();
  grey = await picture;
  if (grey) {
    data.relief = tinted(grey, theme, makeCanvas);
    paintAll();
  }
}

const ANSWERS = {
  start,
  paint: (told) => {
    tiles.set(told.id, told);
    paint(told);
  },
  drop: ({ id }) => tiles.delete(id),
  theme: ({ theme: name }) => {
    theme = THEMES[name] || theme;
    if (data && grey) {
      data.relief = tinted(grey, theme, makeCanvas);
    }
    paintAll();
  },
};

self.onmessage = ({ data: told }) => ANSWERS[told.kind](told);
