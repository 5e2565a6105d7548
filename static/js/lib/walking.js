/** Where the visitor sets out: a mark, the rings of 5, 10 and 15 minutes on foot, and what is near. */

import { marker, ring } from "./leaflet.js";

// As geo/moments.py has them: 4.5 km/h, detour 1.3, straight-line metres.
const RINGS = [[5, 290], [10, 580], [15, 865]];
const NEAREST = 3;
const METRES_A_DEGREE = 111320;

export class Walking {
  /** @param {object} map from leaflet.js  @param {{origin: string, minutes: string}} words */
  constructor(map, words) {
    this.map = map;
    this.words = words;
    this.layers = [];
  }

  /** @param {?{lat: number, lon: number}} origin null takes everything away */
  show(origin) {
    this.layers.forEach((layer) => layer.remove());
    this.layers = [];
    if (!origin) {
      return;
    }
    const at = [origin.lat, origin.lon];
    RINGS.forEach(([minutes, metres]) => {
      this.add(ring(at, metres, "walk-ring"));
      const north = [origin.lat + metres / METRES_A_DEGREE, origin.lon];
      this.add(marker(north, words("walk-ring__words", this.words.minutes.replace("{n}", minutes)), {
        interactive: false,
      }));
    });
    this.add(marker(at, words("walk-origin", "", this.words.origin), { interactive: false }));
  }

  add(layer) {
    this.layers.push(layer.addTo(this.map));
  }
}

/** "121.557,29.898" of the panel → {lon, lat}, or null. */
export function readOrigin(root) {
  const element = root.querySelector("[data-origin]");
  if (!element) {
    return null;
  }
  const [lon, lat] = element.dataset.origin.split(",").map(Number);
  return { lon, lat };
}

/** What to bring into view: the rings, and the nearest spots. Positions as [lat, lon]. */
export function viewOf(origin, spots) {
  const far = RINGS[RINGS.length - 1][1] / METRES_A_DEGREE;
  const stretch = 1 / Math.cos((origin.lat * Math.PI) / 180);
  const distance = (spot) =>
    Math.hypot(spot.lat - origin.lat, (spot.lon - origin.lon) / stretch);
  const nearest = spots.slice().sort((a, b) => distance(a) - distance(b)).slice(0, NEAREST);
  return [
    [origin.lat - far, origin.lon - far * stretch],
    [origin.lat + far, origin.lon + far * stretch],
  ].concat(nearest.map((spot) => [spot.lat, spot.lon]));
}

function words(className, text, label) {
  const element = document.createElement("div");
  element.className = className;
  element.textContent = text;
  if (label) {
    element.title = label;
  } else {
    element.setAttribute("aria-hidden", "true");
  }
  return element;
}
