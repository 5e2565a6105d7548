/** A page of the open API: what its list holds, drawn as finely as it is known. */

import { basemapLayer, createMap, fit, marker, polygon, popup, ring } from "./lib/leaflet.js";
import { shareTouch } from "./lib/page-map.js";

const PIN_RADIUS_M = 500; // as on the residents' map: coarser is a dotted ring
const CITY = { center: [29.72, 121.55], zoom: 9 };

const element = document.querySelector("[data-map]");
const shapes = JSON.parse(document.getElementById("shapes").textContent);
const words = element.dataset;
const map = createMap(element, {
  center: CITY.center,
  zoom: CITY.zoom,
  zoomInTitle: words.zoomIn,
  zoomOutTitle: words.zoomOut,
  label: words.label,
});
const night = document.documentElement.getAttribute("data-theme") === "night";
basemapLayer(map, { baseUrl: words.basemapUrl, theme: night ? "night" : "light", tiles: null });

const ends = [];
shapes.forEach((shape) => {
  if (shape.geometry.type === "Point") {
    drawPoint(shape);
  } else {
    const layer = polygon(shape.geometry, "api-shape").addTo(map);
    const bounds = layer.getBounds();
    ends.push(bounds.getSouthWest(), bounds.getNorthEast());
  }
});
if (ends.length) {
  fit(map, ends, { animate: false });
}
shareTouch(map, null);
document.body.dataset.ready = "true";

/** A pin for what is known to 500 m, else the ring of the claimed radius; both open its name. */
function drawPoint(shape) {
  const at = [shape.geometry.coordinates[1], shape.geometry.coordinates[0]];
  ends.push(at);
  if (shape.radius > PIN_RADIUS_M) {
    ring(at, shape.radius, "api-ring").addTo(map);
  }
  const pin = document.createElement("span");
  pin.className = shape.radius > PIN_RADIUS_M ? "api-pin api-pin--rough" : "api-pin";
  pin.title = shape.name;
  marker(at, pin, {})
    .addTo(map)
    .on("click", () => popup(map, at, named(shape)));
}

function named(shape) {
  const link = document.createElement("a");
  link.href = shape.url;
  link.textContent = shape.name;
  if (words.linkTarget) {
    link.target = words.linkTarget; // out of somebody else's frame
    link.rel = "noopener";
  }
  return link;
}
