/**
 * The only module that touches Leaflet's global `L`.
 *
 * Pages load Leaflet through django-leaflet ({% leaflet_js %}) before their entry module. Positions
 * are [lat, lon] here, as Leaflet has them; everything else in this project is lon, lat.
 */

import { ATTRIBUTION, THEMES, decode, districtGeometry, drawTile, tintRelief } from "./basemap.js";
import { labelsFor, measure, placeLabels } from "./basemap.js";
import { readLabels } from "./basemap-labels.js";

export { ATTRIBUTION } from "./basemap.js";

const L = window.L;

// Where the map may go: the city with its sea. No national outline is ever in reach.
export const REGION = [[27.9, 119.2], [31.4, 124.0]];
const MIN_ZOOM = 8;

/**
 * @param {HTMLElement} element
 * @param {{center: number[], zoom: number, zoomInTitle: string, zoomOutTitle: string,
 *   label: string, controls: (boolean|undefined)}} options
 */
export function createMap(element, options) {
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const controls = options.controls !== false;
  const map = L.map(element, {
    center: options.center,
    zoom: options.zoom,
    minZoom: MIN_ZOOM,
    maxZoom: 17,
    maxBounds: REGION,
    maxBoundsViscosity: 1,
    zoomSnap: 0.25,
    zoomControl: false,
    attributionControl: false,
    keyboard: controls,
    dragging: controls,
    scrollWheelZoom: controls,
    doubleClickZoom: controls,
    touchZoom: controls,
    boxZoom: controls,
    zoomAnimation: !isCalm,
    fadeAnimation: !isCalm,
    markerZoomAnimation: !isCalm,
    inertia: !isCalm,
  });
  if (controls) {
    L.control
      .zoom({
        position: "bottomright",
        zoomInTitle: options.zoomInTitle,
        zoomOutTitle: options.zoomOutTitle,
      })
      .addTo(map);
    L.control.attribution({ prefix: false }).addTo(map);
  }
  keepInside(map);
  if (options.label) {
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", options.label);
  }
  return map;
}

/** The view never grows beyond the region: a wide screen cannot zoom out as far as a phone. */
function keepInside(map) {
  const limit = () => {
    const size = map.getSize();
    if (size.x && size.y) {
      map.setMinZoom(Math.max(MIN_ZOOM, map.getBoundsZoom(REGION, true)));
    }
  };
  map.on("resize", limit);
  limit();
}

/** A mark made of a DOM element of ours, centred on its position. */
export function marker(latlng, element, options) {
  const icon = L.divIcon({ html: element, className: "mark", iconSize: null });
  return L.marker(latlng, Object.assign({ icon, keyboard: false }, options));
}

/** A circle of `metres` around a place that is known only so well; drawn by its class. */
export function ring(latlng, metres, className) {
  return L.circle(latlng, { radius: metres, className, interactive: false });
}

/** Any GeoJSON polygon; drawn by its class. */
export function polygon(geojson, className, options) {
  return L.geoJSON(geojson, Object.assign({ style: { className }, interactive: false }, options));
}

/** A popup whose content is a DOM node, never a string. */
export function popup(map, latlng, content, options) {
  const settings = Object.assign({ maxWidth: 300, minWidth: 200, autoPanPadding: [24, 24] }, options);
  return L.popup(settings).setLatLng(latlng).setContent(content).openOn(map);
}

/** Bring positions into view; one position alone is centred, not zoomed into. */
export function fit(map, latlngs, options) {
  const settings = Object.assign({ maxZoom: 13, padding: 40, animate: true }, options);
  map.fitBounds(L.latLngBounds(latlngs), {
    maxZoom: settings.maxZoom,
    animate: settings.animate,
    padding: [settings.padding, settings.padding],
  });
}

/**
 * Our base map under everything, with its names below the marks; above it an online base map when
 * one is set, for as long as its tiles come.
 *
 * @param {object} map from createMap, or any Leaflet map
 * @param {{baseUrl: string, theme: string, tiles: ?{url: string, attribution: string},
 *   labelScale: (number|undefined)}} options theme: "light" or "night"
 * @returns {{attribution: string, ready: Promise<boolean>, setTheme: function(string): void}}
 */
export function basemapLayer(map, options) {
  const base = new BaseMap(map, options);
  BASES.set(map, base);
  return base;
}

/**
 * A district cut to the coast, drawn by its class; it appears when the base map has been read.
 * Null on a map without our base map.
 */
export function districtShape(map, code, className) {
  const base = BASES.get(map);
  if (!base) {
    return null;
  }
  const group = L.layerGroup();
  base.ready.then(() => {
    const geometry = base.data && districtGeometry(base.data, code);
    if (geometry) {
      group.addLayer(polygon(geometry, className));
    }
  });
  return group;
}

const BASES = new WeakMap();
const TOWNS_FROM_ZOOM = 10;
const RETRY_MS = [2000, 10000, 60000];
const ONLINE_AGAIN_MS = 10 * 60 * 1000;
const LABEL_PANE = "basemap-names";
const NEAR_VIEW = 0.15; // names this far outside the view keep their place, so panning is calm

class BaseMap {
  constructor(map, options) {
    this.map = map;
    this.options = options;
    this.attribution = ATTRIBUTION;
    this.theme = THEMES[options.theme] || THEMES.light;
    this.data = null;
    this.grey = null;
    this.tiles = new TileGrid(this).addTo(map);
    this.names = new NameLayer(this);
    this.paper();
    this.ready = this.load().then(() => Boolean(this.data));
    if (options.tiles && options.tiles.url) {
      this.goOnline();
    }
  }

  /** @param {string} name "light" or "night" */
  setTheme(name) {
    this.theme = THEMES[name] || THEMES.light;
    this.paper();
    this.tint();
    this.tiles.redraw();
    this.names.clear();
    this.names.draw();
  }

  paper() {
    this.map.getContainer().style.backgroundColor = this.theme.sea;
  }

  async load() {
    const picture = readPicture(`${this.options.baseUrl}relief.webp`).catch(() => null);
    const topology = await readJson(`${this.options.baseUrl}ningbo.topo.json`);
    this.grey = await picture;
    if (!topology) {
      return;
    }
    this.data = decode(topology);
    this.tint();
    this.tiles.redraw();
    this.map.on("zoomend moveend resize", () => this.names.draw());
    this.map.on("zoomend", () => this.loadTowns());
    this.names.draw();
    this.loadTowns();
  }

  /** Town names come when they are first needed. */
  async loadTowns() {
    if (this.hasTowns || this.map.getZoom() < TOWNS_FROM_ZOOM) {
      return;
    }
    this.hasTowns = true;
    const towns = await readJson(`${this.options.baseUrl}towns.json`);
    this.hasTowns = Boolean(towns);
    if (towns) {
      this.data.labels = this.data.labels.concat(readLabels(towns.labels));
      this.names.draw();
    }
  }

  tint() {
    if (!this.data || !this.grey) {
      return;
    }
    const { width, height } = this.grey;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height / 2;
    const pixels = tintRelief(this.grey.data, width, this.theme);
    canvas.getContext("2d").putImageData(new ImageData(pixels, width, height / 2), 0, 0);
    this.data.relief = canvas;
  }

  /** The online map lies over ours; a hole in it shows ours, and failing tiles end it for a while. */
  goOnline() {
    const { url, attribution } = this.options.tiles;
    let failures = 0;
    const online = L.tileLayer(url, { attribution, maxZoom: 18, zIndex: 2, subdomains: "01234567" });
    online.on("tileload", () => {
      failures = 0;
      this.names.hide(true);
    });
    online.on("tileerror", () => {
      failures += 1;
      this.names.hide(false);
      if (failures > 3 && this.map.hasLayer(online)) {
        online.remove();
        setTimeout(() => {
          failures = 0;
          online.addTo(this.map);
        }, ONLINE_AGAIN_MS);
      }
    });
    online.addTo(this.map);
  }
}

async function readJson(url) {
  for (let attempt = 0; attempt <= RETRY_MS.length; attempt += 1) {
    try {
      const answer = await fetch(url);
      if (answer.ok) {
        return await answer.json();
      }
    } catch (error) {
      // No network just now: asked again below.
    }
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MS[attempt] || 0); });
  }
  return null;
}

/** A picture's pixels, read without putting it into the page. */
async function readPicture(url) {
  const answer = await fetch(url);
  const bitmap = await createImageBitmap(await answer.blob());
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0);
  return pen.getImageData(0, 0, bitmap.width, bitmap.height);
}

const TileGrid = L.GridLayer.extend({
  initialize(base) {
    this.base = base;
    L.GridLayer.prototype.initialize.call(this, {
      attribution: ATTRIBUTION, bounds: REGION, zIndex: 1, keepBuffer: 3, updateWhenZooming: false,
    });
  },

  createTile(coords) {
    const size = this.getTileSize().x;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    const canvas = document.createElement("canvas");
    const bleed = 1; // overlaps the next tile: no seams when Leaflet scales tiles at broken zooms
    canvas.width = (size + bleed) * ratio;
    canvas.height = canvas.width;
    canvas.style.width = `${size + bleed}px`;
    canvas.style.height = canvas.style.width;
    if (this.base.data) {
      const tile = { z: coords.z, x: coords.x, y: coords.y, size, ratio, bleed };
      drawTile(canvas.getContext("2d"), tile, this.base.data, this.base.theme);
    }
    return canvas;
  },

  _initTile(tile) {
    const { width, height } = tile.style;
    L.GridLayer.prototype._initTile.call(this, tile);
    Object.assign(tile.style, { width, height });
  },
});

/** The names: plain elements in a pane of their own, below the marks, silent to screen readers. */
class NameLayer {
  constructor(base) {
    this.base = base;
    this.map = base.map;
    this.shown = new Map();
    this.pane = this.map.getPane(LABEL_PANE) || this.map.createPane(LABEL_PANE);
    Object.assign(this.pane.style, { zIndex: "450", pointerEvents: "none" });
    this.pane.setAttribute("aria-hidden", "true");
    this.pane.classList.add("leaflet-zoom-hide");
  }

  hide(isHidden) {
    this.pane.style.visibility = isHidden ? "hidden" : "";
  }

  clear() {
    this.shown.forEach((element) => element.remove());
    this.shown.clear();
  }

  draw() {
    if (!this.base.data) {
      return;
    }
    const bounds = this.map.getBounds().pad(NEAR_VIEW);
    const view = {
      west: bounds.getWest(), south: bounds.getSouth(),
      east: bounds.getEast(), north: bounds.getNorth(),
    };
    const candidates = labelsFor(this.map.getZoom(), view, this.base.data, this.scale());
    candidates.forEach((label) => {
      label.px = this.map.latLngToLayerPoint([label.lat, label.lon]);
    });
    const placed = placeLabels(candidates, measure);
    const keys = new Set(placed.map((label) => label.key));
    this.shown.forEach((element, key) => {
      if (!keys.has(key)) {
        element.remove();
        this.shown.delete(key);
      }
    });
    placed.forEach((label) => this.show(label));
  }

  /** A lobby screen's map has large letters of its own; names keep their proportion to them. */
  scale() {
    const own = parseFloat(getComputedStyle(this.map.getContainer()).fontSize) || 12;
    return this.base.options.labelScale || Math.max(1, own / 16);
  }

  show(label) {
    let element = this.shown.get(label.key);
    if (!element) {
      element = document.createElement("div");
      this.pane.appendChild(element);
      this.shown.set(label.key, element);
    }
    const name = element.firstChild || element.appendChild(document.createElement("span"));
    name.textContent = label.text;
    this.style(element, name, label);
    L.DomUtil.setPosition(element, L.point(label.px.x, label.px.y));
  }

  style(element, name, label) {
    const { theme } = this.base;
    const halo = theme.halo;
    Object.assign(element.style, { position: "absolute", width: "0", height: "0" });
    Object.assign(name.style, {
      position: "absolute",
      left: `${label.middle.x - label.px.x}px`,
      top: `${label.middle.y - label.px.y}px`,
      transform: "translate(-50%, -50%)",
      whiteSpace: "nowrap",
      fontFamily: "var(--font, inherit)",
      fontSize: `${label.size}px`,
      fontWeight: String(label.weight),
      lineHeight: "1.25",
      letterSpacing: `${label.spacing}em`,
      marginLeft: `${(label.spacing * label.size) / 2}px`,
      color: theme.labels[label.kind],
      textShadow: `0 0 2px ${halo}, 0 0 3px ${halo}, 0 0 5px ${halo}`,
    });
    if (label.dot) {
      const dot = element.lastChild === name
        ? element.appendChild(document.createElement("i")) : element.lastChild;
      Object.assign(dot.style, {
        position: "absolute", left: "-2.5px", top: "-2.5px", width: "5px", height: "5px",
        boxSizing: "border-box", borderRadius: "50%",
        border: `1px solid ${theme.labels[label.kind]}`, background: theme.city,
      });
    }
  }
}
