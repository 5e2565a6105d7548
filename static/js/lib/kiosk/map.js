/**
 * The map of a lobby: one map object for the life of the page, marks changed by key. Where the lobby
 * is known to 200 m it stands in the middle of its walking rings; where it is not, its county is
 * shown with a dotted ring and the whole city around it. Numbers are those of the cards.
 */

import { basemapLayer, createMap, districtShape, fit, freeMap, marker, ring } from "../leaflet.js";
import { freePoint, mergedMarks, namesThatFit } from "./marks.js";

const RINGS_M = { 5: 290, 10: 580, 15: 865 }; // walking minutes, straight metres
const METRES_A_DEGREE = 111320;
const PADDING_LETTERS = 2;
const NAMES_FROM_ZOOM = 13;
const NAME_PX = 16; // the base map's own size of a name

export function openMap(element, payload) {
  return new LobbyMap(element, payload);
}

/** [south-west, north-east] of a circle around a point. */
export function boxAround(lat, lon, metres) {
  const north = metres / METRES_A_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  return [[lat - north, lon - east], [lat + north, lon + east]];
}

/** The cards' places that have a point. */
function spotsOf(scene) {
  const cards = [].concat(...scene.groups.map((group) => group.cards));
  return [].concat(...cards.map((card) => card.spots)).filter((spot) => spot.lon !== null);
}

class LobbyMap {
  constructor(element, payload) {
    const words = element.dataset;
    this.element = element;
    this.words = words;
    this.layers = new Map();
    this.attribution = "";
    this.seen = "";
    this.map = createMap(element, {
      center: [29.75, 121.55], zoom: 9, controls: false, animated: false,
    });
    this.map.options.zoomSnap = 0.1; // nobody zooms: fill the frame, on a large panel too
    this.map.setMaxZoom(19);
    this.base = basemapLayer(this.map, {
      baseUrl: words.basemapUrl,
      theme: document.documentElement.getAttribute("data-theme") || "light",
      tiles: words.tilesUrl ? { url: words.tilesUrl, attribution: words.tilesAttribution } : null,
      labelScale: parseFloat(getComputedStyle(element).fontSize) / NAME_PX,
    });
    this.attribution = this.base.attribution;
    this.lobby(payload.lobby);
  }

  /** The lobby itself, as well as it is known. */
  lobby(lobby) {
    if (lobby.lon === null) {
      return;
    }
    const at = [lobby.lat, lobby.lon];
    if (lobby.is_exact) {
      Object.keys(RINGS_M).forEach((minutes) => {
        this.keep(`ring-${minutes}`, () => ring(at, RINGS_M[minutes], "walk-ring"));
      });
      this.keep("here", () => marker(at, textMark("here", this.words.here)));
      return;
    }
    this.keep("own", () => districtShape(this.map, lobby.district, "own-shape"));
    this.keep("rough", () => ring(at, lobby.radius_m, "rough-ring"));
    this.base.ready.then(() => this.layers.get("rough").bringToFront());
    const said = `${lobby.name} · ${this.words.rough}`;
    this.keep("rough-name", () => marker(at, textMark("rough-name", said)));
  }

  /** "" by day, "night" in the lobby's closed hours. */
  setTheme(name) {
    this.base.setTheme(name || "light");
  }

  /** Show the numbered cards of this scene; other scenes leave the map as it is. */
  show(scene, payload) {
    if (scene.kind !== "around") {
      return;
    }
    this.map.invalidateSize({ animate: false });
    this.look(scene, payload);
    const wanted = this.marks(scene);
    if (payload.lobby.is_exact) {
      this.ringLabels(wanted, payload.lobby, spotsOf(scene));
    }
    Array.from(this.layers.keys()).forEach((key) => {
      if (key.startsWith("card:") && !wanted.has(key)) {
        this.layers.get(key).remove();
        this.layers.delete(key);
      }
    });
    wanted.forEach((make, key) => this.keep(key, make));
  }

  /** A visitor may move the map, or nobody may. */
  setFree(isFree) {
    freeMap(this.map, isFree);
  }

  zoomBy(step) {
    this.map.setZoom(this.map.getZoom() + step, { animate: false });
  }

  /** Back to what this scene shows, whatever a visitor has done to the map. */
  home(scene, payload) {
    this.seen = "";
    this.show(scene, payload);
  }

  /** What a visitor has seen last is forgotten: the next scene looks again. */
  leave() {
    this.seen = "";
  }

  /** Move only when what is to be seen has changed. */
  look(scene, payload) {
    const box = this.box(scene, payload);
    const size = this.map.getSize();
    const seen = JSON.stringify([box, size.x, size.y]);
    if (seen !== this.seen) {
      this.seen = seen;
      fit(this.map, box, { padding: this.letter() * PADDING_LETTERS, maxZoom: 18.5, animate: false });
    }
  }

  /** The minutes of each ring, where no pin stands in the way. */
  ringLabels(wanted, lobby, spots) {
    Object.keys(RINGS_M).forEach((minutes) => {
      const at = freePoint(lobby, RINGS_M[minutes], spots);
      const said = this.words.ring.replace("{minutes}", minutes);
      wanted.set(`card:l:${minutes}:${at.join(",")}`, () => (
        marker(at, textMark("walk-label", said), { zIndexOffset: -1000 })
      ));
    });
  }

  /** The size of a letter on the map, in pixels. */
  letter() {
    return parseFloat(getComputedStyle(this.element).fontSize);
  }

  box(scene, payload) {
    const lobby = payload.lobby;
    if (lobby.is_exact) {
      const spots = spotsOf(scene).map((spot) => [spot.lat, spot.lon]);
      return boxAround(lobby.lat, lobby.lon, RINGS_M[15] * 1.08).concat(spots);
    }
    const points = payload.city.filter((one) => one.lon !== null).map((one) => [one.lat, one.lon]);
    const rings = spotsOf(scene).map((spot) => boxAround(spot.lat, spot.lon, spot.radius_m));
    return points.concat(boxAround(lobby.lat, lobby.lon, Math.max(lobby.radius_m, 9000)), ...rings);
  }

  /** key → maker of every mark: shapes and rings first, numbers on top. */
  marks(scene) {
    const wanted = new Map();
    const numbered = [];
    scene.groups.forEach((group) => group.cards.forEach((card) => {
      card.spots.filter((spot) => spot.lon !== null).forEach((spot) => {
        numbered.push({ spot, number: card.number, tone: card.tone });
        this.ground(wanted, spot);
      });
    }));
    const toPixel = (spot) => this.map.latLngToLayerPoint([spot.lat, spot.lon]);
    const room = this.letter() * 1.9;
    const merged = mergedMarks(numbered, toPixel, room);
    const fits = namesThatFit(merged, toPixel, room / 1.9);
    merged.forEach((mark, index) => {
      const hasName = fits[index] && this.map.getZoom() >= NAMES_FROM_ZOOM;
      const key = `card:n:${JSON.stringify(mark)}:${hasName}`;
      wanted.set(key, () => marker([mark.lat, mark.lon], numberMark(mark, hasName)));
    });
    return wanted;
  }

  /** What lies under a number when the place is known only roughly. */
  ground(wanted, spot) {
    if (spot.kind === "ring") {
      wanted.set(`card:r:${spot.lat},${spot.lon},${spot.radius_m}`, () => (
        ring([spot.lat, spot.lon], spot.radius_m, "rough-ring")
      ));
    }
    if (spot.kind === "area") {
      wanted.set(`card:a:${spot.district}`, () => (
        districtShape(this.map, spot.district, "area-tint")
      ));
    }
  }

  keep(key, make) {
    if (!this.layers.has(key)) {
      const layer = make();
      if (layer) {
        layer.addTo(this.map);
        this.layers.set(key, layer);
      }
    }
  }
}

function textMark(className, words) {
  const mark = document.createElement("div");
  mark.className = className;
  mark.textContent = words;
  return mark;
}

function numberMark(mark, hasName) {
  const element = document.createElement("div");
  element.className = "pins";
  mark.numbers.forEach((one) => {
    const pin = textMark("pin", one.number);
    pin.setAttribute("data-tone", one.tone);
    pin.setAttribute("data-kind", one.kind);
    element.appendChild(pin);
  });
  if (hasName) {
    element.appendChild(textMark("pins__name", mark.name));
  }
  return element;
}
