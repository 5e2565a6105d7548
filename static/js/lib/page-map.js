/** The map of a resident's page: our base map, its spots, and manners on touch screens. */

import { basemapLayer, createMap } from "./leaflet.js";
import { SpotLayer } from "./spots.js";

const HINT_MS = 1500;
const CITY = { center: [29.72, 121.55], zoom: 9 };

/**
 * @param {HTMLElement} element carries addresses and words as data-attributes
 * @param {{onPick: function(?string[]): void, suffix: string}} options
 * @returns {{map: object, spots: SpotLayer, base: object}}
 */
export function startPageMap(element, { onPick, suffix }) {
  const words = element.dataset;
  const map = createMap(element, {
    center: CITY.center,
    zoom: CITY.zoom,
    zoomInTitle: words.zoomIn,
    zoomOutTitle: words.zoomOut,
    label: words.label,
  });
  const base = basemapLayer(map, {
    baseUrl: words.basemapUrl,
    workerUrl: words.basemapWorker,
    theme: theme(),
    tiles: words.tilesUrl ? { url: words.tilesUrl, attribution: words.tilesAttribution } : null,
  });
  document.addEventListener("themechange", () => base.setTheme(theme()));
  const spots = new SpotLayer(
    map,
    {
      count: words.count,
      sample: words.sample,
      pending: words.pending,
      more: words.more,
      suffix,
    },
    onPick,
  );
  return { map, spots, base };
}

/** "light" or "night", as early.js has settled it. */
function theme() {
  return document.documentElement.getAttribute("data-theme") === "night" ? "night" : "light";
}

/** What the server put into the page: [] when the page has no spots. */
export function readSpots(root) {
  const block = root.querySelector("#spots");
  return block ? JSON.parse(block.textContent) : [];
}

/**
 * On a touch screen one finger scrolls the page; the map takes it only after a tap on it, and gives
 * it back with a tap elsewhere. Who drags before that is told so for a moment.
 */
export function shareTouch(map, hint) {
  if (!window.matchMedia("(pointer: coarse)").matches) {
    return;
  }
  const container = map.getContainer();
  const hold = (isHeld) => {
    map.dragging[isHeld ? "enable" : "disable"]();
    container.classList.toggle("is-held", isHeld);
  };
  let fading = 0;
  hold(false);
  container.addEventListener("click", () => hold(true));
  container.addEventListener("touchmove", () => {
    if (hint && !container.classList.contains("is-held")) {
      hint.hidden = false;
      window.clearTimeout(fading);
      fading = window.setTimeout(() => {
        hint.hidden = true;
      }, HINT_MS);
    }
  }, { passive: true });
  document.addEventListener("click", (event) => {
    if (!container.contains(event.target)) {
      hold(false);
    }
  });
}
