/**
 * The only module that touches Leaflet's global `L`.
 *
 * Pages load Leaflet through django-leaflet ({% leaflet_js %}) before their entry module. Positions
 * are [lat, lon] here, as Leaflet has them; everything else in this project is lon, lat.
 */

import { ATTRIBUTION, THEMES, decode, districtGeometry, drawTile } from "./basemap.js";
import { readLabels } from "./basemap-labels.js";
import { readJson, readPicture, tinted, whenIdle } from "./basemap-files.js";
import { startPainter } from "./basemap-painter.js";
import { NameLayer } from "./basemap-names.js";

export { ATTRIBUTION } from "./basemap.js";

const L = window.L;

// Where the map may go: the city with its sea. No national outline is ever in reach.
export const REGION = [[27.9, 119.2], [31.4, 124.0]];
const MIN_ZOOM = 8;

/**
 * @param {HTMLElement} element
 * @param {{center: number[], zoom: number, zoomInTitle: string, zoomOutTitle: string,
 *   label: string, controls: (boolean|undefined),
 *   animated: (boolean|undefined)}} options
 */
export function createMap(element, options) {
  const isCalm = options.animated === false
    || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
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
        position: "topright",
        zoomInTitle: options.zoomInTitle,
        zoomOutTitle: options.zoomOutTitle,
      })
      .addTo(map);
    map.attributionControl = L.control
      .attribution({ prefix: false, position: "bottomleft" })
      .addTo(map);
  }
  keepInside(map);
  if (options.label) {
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", options.label);
  }
  return map;
}

/** Whether fingers may move a map that has no controls of its own. */
export function freeMap(map, isFree) {
  ["dragging", "touchZoom"].forEach((name) => {
    if (map[name]) {
      map[name][isFree ? "enable" : "disable"]();
    }
  });
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
    paddingTopLeft: [settings.padding, settings.padding],
    paddingBottomRight: [settings.padding, Math.max(settings.padding, settings.bottom || 0)],
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
    const geometry = base.geometryOf(code);
    if (geometry) {
      group.addLayer(polygon(geometry, className));
    }
  });
  return group;
}

/**
 * Where the base map writes the districts' names, so that marks can stand by them.
 *
 * @returns {Promise<Object<string, number[]>>} name → [lat, lon]; empty without our base map
 */
export function districtAnchors(map) {
  const base = BASES.get(map);
  const collect = () => {
    const anchors = {};
    (base.data ? base.data.labels : [])
      .filter((label) => label.kind === "district")
      .forEach((label) => {
        anchors[label.text] = [label.lat, label.lon];
      });
    return anchors;
  };
  return base ? base.ready.then(collect) : Promise.resolve({});
}

const BASES = new WeakMap();
const TOWNS_FROM_ZOOM = 10;
const ONLINE_AGAIN_MS = 10 * 60 * 1000;

class BaseMap {
  constructor(map, options) {
    this.map = map;
    this.options = options;
    this.attribution = ATTRIBUTION;
    this.theme = THEMES[options.theme] || THEMES.light;
    this.data = null;
    this.grey = null;
    this.painter = startPainter(options, () => this.paintHere());
    this.tiles = new TileGrid(this).addTo(map);
    this.names = new NameLayer(map, options.labelScale);
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
    if (this.painter) {
      this.painter.setTheme(name);
    } else {
      this.tint();
      this.tiles.redraw();
    }
    this.names.clear();
    this.draw();
  }

  /** Names fit the view and the marks anew after each change, once a frame. */
  drawSoon() {
    if (!this.isWaiting) {
      this.isWaiting = true;
      requestAnimationFrame(() => {
        this.isWaiting = false;
        this.draw();
      });
    }
  }

  draw() {
    if (this.data) {
      this.names.draw(this.data, this.theme);
    }
  }

  paper() {
    this.map.getContainer().style.backgroundColor = this.theme.sea;
    if (this.map.attributionControl) {
      const [color, backgroundColor] = this.theme.credit;
      Object.assign(this.map.attributionControl.getContainer().style, {
        color, backgroundColor, fontSize: "11px", lineHeight: "1.4",
      });
    }
  }

  async load() {
    this.data = await (this.painter ? this.painter.data : this.loadHere());
    if (!this.data) {
      return;
    }
    this.map.on("zoomend moveend resize layeradd layerremove", () => this.drawSoon());
    this.map.on("zoomend", () => this.loadTowns());
    this.drawSoon();
    this.loadTowns();
  }

  /** Without a worker the page reads and paints by itself. */
  async loadHere() {
    const topology = await readJson(`${this.options.baseUrl}ningbo.topo.json`);
    if (!topology) {
      return null;
    }
    await whenIdle();
    this.data = decode(topology);
    this.tiles.repaint().then(() => this.loadRelief());
    return this.data;
  }

  /** The worker could not start or broke: new tiles, painted here. */
  async paintHere() {
    this.painter = null;
    this.tiles.redraw();
    await this.loadHere();
    this.draw();
  }

  geometryOf(code) {
    const own = this.data && this.data.geometries;
    return own ? own[code] || null : this.data && districtGeometry(this.data, code);
  }

  /** The hills come last, in steps that leave the page its breath. */
  async loadRelief() {
    await whenIdle();
    this.grey = await readPicture(`${this.options.baseUrl}relief.webp`).catch(() => null);
    await whenIdle();
    if (this.grey) {
      this.tint();
      await this.tiles.repaint();
    }
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
      this.draw();
    }
  }

  tint() {
    if (!this.data || !this.grey) {
      return;
    }
    this.data.relief = tinted(this.grey, this.theme);
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

const TileGrid = L.GridLayer.extend({
  initialize(base) {
    this.base = base;
    this.on("tileunload", ({ tile }) => base.painter && base.painter.drop(tile));
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
    canvas.tile = { z: coords.z, x: coords.x, y: coords.y, size, ratio, bleed };
    if (this.base.painter) {
      this.base.painter.paint(canvas);
    } else {
      this.paint(canvas);
    }
    return canvas;
  },

  paint(canvas) {
    if (this.base.data) {
      drawTile(canvas.getContext("2d"), canvas.tile, this.base.data, this.base.theme);
    }
  },

  /** Paints the tiles that stand, one whenever the page is idle; none is taken away first. */
  async repaint() {
    const canvases = Object.keys(this._tiles).map((key) => this._tiles[key].el);
    for (let index = 0; index < canvases.length; index += 1) {
      await whenIdle();
      this.paint(canvases[index]);
    }
  },

  _initTile(tile) {
    const { width, height } = tile.style;
    L.GridLayer.prototype._initTile.call(this, tile);
    Object.assign(tile.style, { width, height });
  },
});
