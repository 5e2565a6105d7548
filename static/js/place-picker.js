/** A form's map: a tap, or a button for the keyboard, sets the pin; it is an answer like any other. */

import { basemapLayer, createMap, marker } from "./lib/leaflet.js";
import { stepOf } from "./lib/pin-steps.js";

const CITY = { center: [29.87, 121.55], zoom: 10 };
const CLOSE_ZOOM = 12.5;
const DIGITS = 5; // 0.00001° is a metre

document.querySelectorAll("[data-pick]").forEach(start);
document.body.dataset.ready = "true";

function start(box) {
  const words = box.dataset;
  const lon = document.getElementById(words.lon);
  const lat = document.getElementById(words.lat);
  const line = box.querySelector("[data-pick-line]");
  const clear = box.querySelector("[data-pick-clear]");
  const element = box.querySelector("[data-map]");
  box.hidden = false;
  const map = createMap(element, {
    center: CITY.center,
    zoom: CITY.zoom,
    zoomInTitle: element.dataset.zoomIn,
    zoomOutTitle: element.dataset.zoomOut,
    label: element.dataset.label,
  });
  const theme = () =>
    document.documentElement.getAttribute("data-theme") === "night" ? "night" : "light";
  const base = basemapLayer(map, {
    baseUrl: element.dataset.basemapUrl,
    workerUrl: element.dataset.basemapWorker,
    theme: theme(),
    tiles: null,
  });
  document.addEventListener("themechange", () => base.setTheme(theme()));
  let pin = null;

  function put(at) {
    lon.value = at.lng.toFixed(DIGITS);
    lat.value = at.lat.toFixed(DIGITS);
    if (pin) {
      pin.setLatLng(at);
    } else {
      pin = makePin(at).addTo(map);
    }
    say();
  }

  function makePin(at) {
    const handle = document.createElement("div");
    handle.className = "pick-pin";
    handle.tabIndex = 0;
    handle.setAttribute("role", "button");
    handle.setAttribute("aria-label", words.pin);
    const made = marker([at.lat, at.lng], handle, { draggable: true, keyboard: false });
    made.on("dragend", () => put(made.getLatLng()));
    handle.addEventListener("keydown", (event) => {
      const step = stepOf(event.key);
      if (step) {
        event.preventDefault();
        event.stopPropagation();
        const pixel = map.latLngToContainerPoint(made.getLatLng()).add(step);
        put(map.containerPointToLatLng(pixel));
      }
    });
    return made;
  }

  function say() {
    clear.hidden = !pin;
    line.textContent = pin
      ? words.marked.replace("{lon}", lon.value).replace("{lat}", lat.value)
      : words.unmarked;
  }

  map.on("click", (event) => put(event.latlng));
  box.querySelector("[data-pick-center]").addEventListener("click", () => put(map.getCenter()));
  clear.addEventListener("click", () => {
    map.removeLayer(pin);
    pin = null;
    lon.value = "";
    lat.value = "";
    say();
    element.focus();
  });
  if (lon.value && lat.value) {
    const known = { lng: Number(lon.value), lat: Number(lat.value) };
    map.setView([known.lat, known.lng], CLOSE_ZOOM, { animate: false });
    put(known);
  }
  say();
}
