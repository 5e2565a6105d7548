/** Shows the names of the base map on a Leaflet map, through the map's own methods alone. */

import { labelsFor, measure, placeLabels } from "./basemap-labels.js";

const PANE = "basemap-names";
const MARKS_AT_MOST = 120;
const INSET = 5; // a mark's touch target is larger than what one sees
const NEAR_VIEW = 0.15; // names this far outside the view keep their place, so panning is calm

/** The names: plain elements in a pane of their own, below the marks, silent to screen readers. */
export class NameLayer {
  /**
   * @param {object} map of Leaflet
   * @param {number|undefined} scale of the letters; without one it follows the map's own letters
   */
  constructor(map, scale) {
    this.map = map;
    this.fixedScale = scale;
    this.shown = new Map();
    this.pane = this.map.getPane(PANE) || this.map.createPane(PANE);
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

  /** @param {object} data from decode() @param {object} theme one of THEMES */
  draw(data, theme) {
    const bounds = this.map.getBounds().pad(NEAR_VIEW);
    const view = {
      west: bounds.getWest(), south: bounds.getSouth(),
      east: bounds.getEast(), north: bounds.getNorth(),
    };
    const candidates = labelsFor(this.map.getZoom(), view, data, this.scale());
    candidates.forEach((label) => {
      label.px = this.map.latLngToLayerPoint([label.lat, label.lon]);
    });
    const placed = placeLabels(candidates, measure, this.marks());
    const keys = new Set(placed.map((label) => label.key));
    this.shown.forEach((element, key) => {
      if (!keys.has(key)) {
        element.remove();
        this.shown.delete(key);
      }
    });
    placed.forEach((label) => this.show(label, theme));
  }

  /** The boxes of the marks on the map, in the pixels of its layers: names keep clear of them. */
  marks() {
    const elements = [];
    this.map.eachLayer((layer) => {
      if (layer.options.icon && layer.getElement()) {
        elements.push(layer.getElement().firstElementChild || layer.getElement());
      }
    });
    if (elements.length > MARKS_AT_MOST) {
      return []; // they cover everything anyway
    }
    const corner = this.map.getContainer().getBoundingClientRect();
    return elements.map((element) => {
      const box = element.getBoundingClientRect();
      const at = this.map.containerPointToLayerPoint([box.left - corner.left, box.top - corner.top]);
      return [at.x + INSET, at.y + INSET, at.x + box.width - INSET, at.y + box.height - INSET];
    });
  }

  /** A lobby screen's map has large letters of its own; names keep their proportion to them. */
  scale() {
    const own = parseFloat(getComputedStyle(this.map.getContainer()).fontSize) || 12;
    return this.fixedScale || Math.max(1, own / 16);
  }

  show(label, theme) {
    let element = this.shown.get(label.key);
    if (!element) {
      element = document.createElement("div");
      this.pane.appendChild(element);
      this.shown.set(label.key, element);
    }
    const name = element.firstChild || element.appendChild(document.createElement("span"));
    name.textContent = label.text;
    style(element, name, label, theme);
    element.style.transform = `translate3d(${label.px.x}px, ${label.px.y}px, 0)`;
  }
}

function style(element, name, label, theme) {
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
