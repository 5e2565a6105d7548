/**
 * Our own base map, drawn from one small file: sea, land, hills, water, borders. Pure drawing code:
 * it gets a canvas context and knows nothing of Leaflet or the page.
 */

import { clipRing, meets, runsIn, within } from "./clipping.js";

export { decode, districtGeometry } from "./basemap-data.js";
export { labelsFor, measure, placeLabels } from "./basemap-labels.js";
export { THEMES } from "./basemap-themes.js";

// Said wherever the map is shown; tests hold it equal to the words in the data.
export const ATTRIBUTION =
  "海岸与水系 © OpenStreetMap 贡献者 (ODbL) · 区界 天地图 审图号 GS(2024)0650号 · " +
  "乡镇点位 © GeoNames (CC BY 4.0) · 地势 Natural Earth";

const RELIEF_BY_ZOOM = { 11: 0.8, 12: 0.5, 13: 0.25 }; // it holds no detail for closer looks
const MARGIN_PX = 14; // wider than half the widest stroke

/**
 * Colours for the grey relief picture (hilly above lit, see script/basemap/relief.py).
 *
 * @param {Uint8ClampedArray} grey RGBA of the whole picture
 * @param {number} width in pixels; the result has half the picture's height
 * @param {object} theme
 * @returns {Uint8ClampedArray} RGBA to lie over the land
 */
export function tintRelief(grey, width, theme) {
  const half = grey.length / 2;
  const out = new Uint8ClampedArray(half);
  for (let index = 0; index < half; index += 4) {
    const height = Math.min(1, Math.max(0, grey[index] / 255 - 0.12) / 0.75);
    const hilly = height * height * (3 - 2 * height); // plains stay white, mountains fill
    const lit = (grey[half + index] - 128) / 127;
    const tint = theme.hillStrength * hilly;
    const over = Math.min(1, Math.abs(lit)) * theme.shadeStrength * Math.min(1, 0.15 + hilly * 2.5);
    const colour = lit < 0 ? theme.shade : theme.light;
    const alpha = over + tint * (1 - over);
    for (let band = 0; band < 3 && alpha; band += 1) {
      out[index + band] =
        (colour[band] * over + theme.hill[band] * tint * (1 - over)) / alpha;
    }
    out[index + 3] = alpha * 255;
  }
  return out;
}

/**
 * Paint one Web Mercator tile.
 *
 * @param {CanvasRenderingContext2D} ctx of a canvas of (size + bleed) × ratio pixels
 * @param {{z: number, x: number, y: number, size: number, ratio: number, bleed: number}} tile
 *   bleed: pixels drawn beyond the right and lower edge, which hide seams at broken zooms
 * @param {object} data from decode(); data.relief, when set, is the tinted picture
 * @param {object} theme one of THEMES
 */
export function drawTile(ctx, tile, data, theme) {
  const scale = Math.pow(2, tile.z) * tile.size;
  const side = tile.size + (tile.bleed || 0);
  const view = {
    scale,
    left: tile.x * tile.size,
    top: tile.y * tile.size,
    box: [
      (tile.x * tile.size - MARGIN_PX) / scale,
      (tile.y * tile.size - MARGIN_PX) / scale,
      (tile.x * tile.size + side + MARGIN_PX) / scale,
      (tile.y * tile.size + side + MARGIN_PX) / scale,
    ],
  };
  ctx.setTransform(tile.ratio, 0, 0, tile.ratio, 0, 0);
  ctx.lineJoin = "round";
  ctx.fillStyle = theme.sea;
  ctx.fillRect(0, 0, side, side);
  for (let shelf = data.shelves.length - 1; shelf >= 0; shelf -= 1) {
    fill(ctx, data.shelves[shelf], view, theme.shelves[shelf]);
  }
  fill(ctx, data.land, view, theme.land);
  fill(ctx, data.city, view, theme.city);
  drawRelief(ctx, tile.z, data, view, theme);
  fill(ctx, data.water, view, theme.water, theme.shore);
  stroke(ctx, data.lines.coast, view, { color: theme.coast, width: tile.z > 9 ? 1.1 : 0.9 });
  drawBorders(ctx, tile.z, data.lines, view, theme);
}

function fill(ctx, parts, view, color, outline) {
  if (trace(ctx, parts, view)) {
    ctx.fillStyle = color;
    ctx.fill("evenodd");
    if (outline) {
      ctx.strokeStyle = outline;
      ctx.lineWidth = 0.8;
      ctx.stroke();
    }
  }
}

/** Make the path of all rings near the tile; false when there is none. */
function trace(ctx, parts, view) {
  let isEmpty = true;
  ctx.beginPath();
  parts.forEach(({ line, box }) => {
    if (meets(box, view.box)) {
      const ring = within(box, view.box) ? line : clipRing(line, view.box);
      if (ring.length > 4) {
        isEmpty = false;
        path(ctx, ring, view, 0.35);
        ctx.closePath();
      }
    }
  });
  return !isEmpty;
}

/** Add a line to the path, leaving out points nearer than `fine` pixels to the one before. */
function path(ctx, points, view, fine) {
  let x = points[0] * view.scale - view.left;
  let y = points[1] * view.scale - view.top;
  ctx.moveTo(x, y);
  const last = points.length - 2;
  for (let index = 2; index <= last; index += 2) {
    const nextX = points[index] * view.scale - view.left;
    const nextY = points[index + 1] * view.scale - view.top;
    if (index === last || Math.abs(nextX - x) + Math.abs(nextY - y) >= fine) {
      ctx.lineTo(nextX, nextY);
      x = nextX;
      y = nextY;
    }
  }
}

function drawRelief(ctx, zoom, data, view, theme) {
  const strength = zoom < 11 ? 1 : RELIEF_BY_ZOOM[zoom] || 0;
  if (!data.relief || !strength) {
    return;
  }
  const [west, north, east, south] = data.frame.map((edge) => edge * view.scale);
  const lay = (parts, alpha) => {
    if (trace(ctx, parts, view)) {
      ctx.save();
      ctx.clip("evenodd");
      ctx.globalAlpha = alpha;
      ctx.imageSmoothingQuality = "high";
      ctx.drawImage(data.relief, west - view.left, north - view.top, east - west, south - north);
      ctx.restore();
    }
  };
  // All land softly, the city once more on top of it: together its full strength.
  lay(data.land, strength * theme.outside);
  lay(data.city, strength * (1 - theme.outside));
}

function drawBorders(ctx, zoom, lines, view, theme) {
  const wide = zoom < 9 ? 0.75 : 1;
  const line = (parts, color, width, dash) =>
    stroke(ctx, parts, view, { color, width: width * wide, dash });
  line(lines.outer, theme.cityGlow, 12);
  line(lines.outer, theme.cityCasing, 4.5);
  line(lines.inner, theme.borderCasing, 4);
  line(lines.inner, theme.border, 1.3, [6, 3, 1.5, 3]);
  line(lines.outer, theme.cityBorder, 1.8);
}

function stroke(ctx, parts, view, { color, width, dash }) {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.setLineDash(dash || []);
  ctx.beginPath();
  parts.forEach(({ line, box }) => {
    if (!meets(box, view.box)) {
      return;
    }
    runsIn(line, view.box).forEach((run) => {
      if (dash) {
        ctx.beginPath();
        ctx.lineDashOffset = run.before * view.scale;
      }
      path(ctx, run.points, view, dash ? 0 : 0.35);
      if (dash) {
        ctx.stroke();
      }
    });
  });
  if (!dash) {
    ctx.stroke();
  }
  ctx.setLineDash([]);
}
