/**
 * The map in a staff form. django-leaflet makes it and keeps the field; here it gets our own base
 * map instead of outside tiles, a pin that can be dragged at once or moved by arrow keys, a click
 * that sets the pin, and the dotted ring of the claimed radius.
 */

import { basemapLayer, marker, ring } from "./lib/leaflet.js";
import { stepOf } from "./lib/pin-steps.js";

const CLOSE_ZOOM = 14;
const DIGITS = 6; // 0.000001° is a tenth of a metre

window.addEventListener("map:init", (event) => {
  const settings = document.querySelector("[data-admin-map]");
  if (settings) {
    new FieldMap(event.detail.map, settings.dataset);
  }
});

class FieldMap {
  constructor(map, words) {
    this.map = map;
    this.words = words;
    this.radiusInput = document.getElementById(words.radiusInput);
    this.pin = null;
    this.ring = null;
    this.line = document.createElement("p");
    this.line.className = "admin-map__position";
    this.line.setAttribute("aria-live", "polite");
    const container = map.getContainer();
    container.setAttribute("aria-label", words.label);
    container.parentNode.insertBefore(this.line, container.nextSibling);
    this.clearButton = document.createElement("button");
    this.clearButton.type = "button";
    this.clearButton.className = "admin-map__clear";
    this.clearButton.textContent = words.clear;
    this.clearButton.addEventListener("click", () => this.clear());
    this.line.parentNode.insertBefore(this.clearButton, this.line.nextSibling);
    this.base = basemapLayer(map, { baseUrl: words.basemapUrl, theme: "light", tiles: null });
    [["in", words.zoomIn], ["out", words.zoomOut]].forEach(([way, said]) => {
      const button = container.querySelector(`.leaflet-control-zoom-${way}`);
      if (button) {
        button.title = said;
        button.setAttribute("aria-label", said);
      }
    });
    map.on("map:loadfield", (loaded) => this.load(loaded.field));
    map.on("click", (clicked) => this.clicked(clicked.latlng));
    if (this.radiusInput) {
      this.radiusInput.addEventListener("input", () => this.drawRing());
    }
  }

  /** The field's own layers are taken off the map: one pin of ours stands for them. */
  load(field) {
    this.field = document.getElementById(field.options.fieldid);
    field.drawnItems.clearLayers();
    if (field._drawControl) {
      this.map.removeControl(field._drawControl);
    }
    const known = this.field.value ? JSON.parse(this.field.value) : null;
    if (known) {
      this.put({ lng: known.coordinates[0], lat: known.coordinates[1] });
      this.map.setView([known.coordinates[1], known.coordinates[0]], this.zoomFor(), {
        animate: false,
      });
    }
    this.say();
  }

  zoomFor() {
    const radius = this.radius();
    return radius > 1500 ? 12 : radius > 500 ? 13 : CLOSE_ZOOM;
  }

  radius() {
    return this.radiusInput ? Number(this.radiusInput.value) || 0 : 0;
  }

  clicked(at) {
    this.put(at);
    this.store(at);
  }

  /** @param {{lat: number, lng: number}} at */
  put(at) {
    if (this.pin) {
      this.pin.setLatLng(at);
    } else {
      this.pin = this.makePin(at).addTo(this.map);
    }
    this.drawRing();
    this.say();
  }

  makePin(at) {
    const element = document.createElement("div"); // a button cannot be dragged in every browser
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    element.className = "admin-pin";
    element.setAttribute("aria-label", this.words.pin);
    element.title = this.words.pin;
    const pin = marker([at.lat, at.lng], element, { draggable: true, keyboard: false });
    pin.on("drag", () => this.drawRing());
    pin.on("dragend", () => this.store(pin.getLatLng()));
    element.addEventListener("keydown", (event) => this.nudge(event));
    return pin;
  }

  nudge(event) {
    const step = stepOf(event.key);
    if (!step) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const pixel = this.map.latLngToContainerPoint(this.pin.getLatLng()).add(step);
    const at = this.map.containerPointToLatLng(pixel);
    this.put(at);
    this.store(at);
  }

  store(at) {
    const coordinates = [Number(at.lng.toFixed(DIGITS)), Number(at.lat.toFixed(DIGITS))];
    this.field.value = JSON.stringify({ type: "Point", coordinates });
    this.drawRing();
    this.say();
  }

  drawRing() {
    if (this.ring) {
      this.map.removeLayer(this.ring);
      this.ring = null;
    }
    if (this.pin && this.radius() > 0) {
      const at = this.pin.getLatLng();
      this.ring = ring([at.lat, at.lng], this.radius(), "ring-shape").addTo(this.map);
    }
  }

  clear() {
    this.map.removeLayer(this.pin);
    this.pin = null;
    this.field.value = "";
    this.drawRing();
    this.say();
  }

  say() {
    this.clearButton.hidden = !this.pin;
    if (!this.pin) {
      this.line.textContent = this.words.empty;
      return;
    }
    const at = this.pin.getLatLng();
    this.line.textContent = this.words.words
      .replace("{lon}", at.lng.toFixed(5))
      .replace("{lat}", at.lat.toFixed(5));
  }
}
