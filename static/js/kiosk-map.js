/**
 * The map of the lobby screen, an entry of its own: where Leaflet or the base map cannot be had,
 * only this script fails, and the programme goes on without a map.
 */

import { openMap } from "./lib/kiosk/map.js";

const payload = JSON.parse(document.getElementById("payload").textContent);
const detail = openMap(document.querySelector("[data-map]"), payload);
document.dispatchEvent(new CustomEvent("yitu-map", { detail }));
