/**
 * Spots on the map: pins, dotted rings, district shapes and chips, drawn as known.
 *
 * The server says what each spot is (geo/spots.py); this module only draws it, groups what would
 * overlap on the screen, and opens a list of what is there. Nothing here invents a point.
 */

import { countActivities, freeOffset, groupByPixels } from "./groups.js";
import { districtAnchors, districtShape, fit, marker, popup, ring } from "./leaflet.js";

// 长辈版 has marks of 60 px: they meet sooner.
const OVERLAP_PX = document.documentElement.getAttribute("data-mode") === "elder" ? 56 : 46;
const NAMES_FROM_ZOOM = 10.5;
const CHIP_PX = 28;
const RING_FROM_PX = 18; // a smaller ring would vanish behind its own mark, which is dotted too

export class SpotLayer {
  /**
   * @param {object} map from leaflet.js
   * @param {object} texts words from the page: count, sample, pending, more
   * @param {function(?string[]): void} onPick told the activities of the spot that was opened
   */
  constructor(map, texts, onPick) {
    this.map = map;
    this.texts = texts;
    this.onPick = onPick;
    this.spots = [];
    this.points = [];
    this.stacks = [];
    this.taken = [];
    this.elements = new Map();
    this.anchors = {};
    this.isWaiting = false;
    districtAnchors(map).then((anchors) => {
      this.anchors = anchors;
      if (!this.isWaiting) {
        // The marks stand already; only the chips move to the names. Not in this same task: a
        // phone also writes the names now.
        window.setTimeout(() => this.drawDistricts(), 0);
      }
    });
    map.on("zoomend", () => this.drawSoon());
    map.on("popupclose", () => this.onPick(null));
  }

  show(spots) {
    this.spots = spots;
    this.map.closePopup();
    this.drawSoon();
  }

  /** Once a frame, however much changed: showing and fitting the view draw one time together. */
  drawSoon() {
    if (!this.isWaiting) {
      this.isWaiting = true;
      window.requestAnimationFrame(() => {
        this.isWaiting = false;
        this.draw();
      });
    }
  }

  /** Bring all spots into view; with none, the view stays. */
  fitAll(options) {
    if (this.spots.length) {
      fit(this.map, this.spots.map((spot) => [spot.lat, spot.lon]), options);
    }
  }

  /** Mark the spots of one activity (null: none). */
  highlight(id) {
    this.elements.forEach((entry) => {
      const isPicked = Boolean(id) && entry.spots.some((spot) => spot.ids.indexOf(id) >= 0);
      entry.element.classList.toggle("is-picked", isPicked);
    });
  }

  draw() {
    this.points.forEach((layer) => layer.remove());
    this.points = [];
    this.elements.clear();
    this.map.getContainer().classList.toggle("is-far", this.map.getZoom() < NAMES_FROM_ZOOM);
    const rings = this.spots.filter((spot) => spot.kind === "ring");
    rings.forEach((spot) => this.drawRing(spot));
    const pins = this.spots.filter((spot) => spot.kind === "pin");
    this.taken = this.drawPoints(pins.concat(rings));
    this.drawDistricts();
  }

  drawRing(spot) {
    const parallel = 40075016 * Math.cos((spot.lat * Math.PI) / 180);
    const metresAPixel = parallel / (256 * Math.pow(2, this.map.getZoom()));
    if (spot.radius / metresAPixel >= RING_FROM_PX) {
      this.add(ring([spot.lat, spot.lon], spot.radius, "ring-shape"), this.points);
    }
  }

  /** A district known only as a whole is shaded; its chips stand under its name. */
  drawDistricts() {
    this.stacks.forEach((layer) => layer.remove());
    this.stacks = [];
    const byDistrict = new Map();
    const inDistricts = this.spots.filter((spot) => spot.kind === "area" || spot.kind === "chip");
    inDistricts.forEach((spot) => {
      byDistrict.set(spot.district, (byDistrict.get(spot.district) || []).concat([spot]));
      if (spot.kind === "area") {
        const shape = districtShape(this.map, spot.district, "area-shape");
        if (shape) {
          this.add(shape, this.stacks);
        }
      }
    });
    byDistrict.forEach((group) => this.drawStack(group));
  }

  /** The chips of one district, by its name on the base map, where no mark hides them. */
  drawStack(group) {
    const at = this.anchors[group[0].districtName] || [group[0].lat, group[0].lon];
    const height = CHIP_PX * group.length;
    // Above or below the name, never beside it: beside may already be the next district.
    const offsets = [16, -14, 46, -44].map((dy) => [0, dy + (Math.sign(dy) * height) / 2]);
    const size = { width: this.map.getZoom() < NAMES_FROM_ZOOM ? 56 : 100, height };
    const [dx, dy] = freeOffset(this.map.latLngToLayerPoint(at), size, this.taken, offsets, 16);
    const stack = document.createElement("div");
    stack.className = "chip-stack";
    stack.style.transform = `translate(calc(-50% + ${dx}px), calc(-50% + ${dy}px))`;
    group.forEach((spot) => {
      const more = spot.kind === "area" ? "place-chip--area" : "";
      stack.appendChild(this.chip(spot, { lat: at[0], lon: at[1] }, more));
    });
    this.add(marker(at, stack, { keyboard: false }), this.stacks);
  }

  /** @returns {Array<{x: number, y: number}>} where the marks stand, in layer pixels */
  drawPoints(spots) {
    const pixels = spots.map((spot) => this.map.latLngToLayerPoint([spot.lat, spot.lon]));
    return groupByPixels(pixels, OVERLAP_PX).map((indexes) => {
      const group = indexes.map((index) => spots[index]);
      const isCluster = group.length > 1;
      const element = isCluster ? this.cluster(group) : this.single(group[0]);
      const at = isCluster ? middleOf(group) : [group[0].lat, group[0].lon];
      this.add(marker(at, element, { keyboard: false }), this.points);
      return this.map.latLngToLayerPoint(at);
    });
  }

  single(spot) {
    return spot.kind === "pin" ? this.pin(spot) : this.ringLabel(spot);
  }

  pin(spot) {
    const button = this.button(`pin pin--${spot.state}`, [spot]);
    const disc = shape(`pin__disc glyph--${spot.category || "none"}`, spot.glyph);
    button.appendChild(disc);
    if (spot.count > 1) {
      button.appendChild(shape("pin__count", String(spot.count)));
    }
    if (spot.sample) {
      button.appendChild(shape("pin__sample", this.texts.sample));
    }
    return button;
  }

  ringLabel(spot) {
    const anchor = document.createElement("div");
    anchor.className = "chip-anchor";
    anchor.appendChild(this.chip(spot, spot, "place-chip--ring"));
    return anchor;
  }

  chip(spot, at, more) {
    const button = this.button(`place-chip ${more || ""}`.trim(), [spot], at);
    button.appendChild(shape(`glyph glyph--${spot.category || "none"}`, spot.glyph));
    if (spot.kind === "area") {
      // The base map writes the district's name right above.
      button.appendChild(shape("place-chip__count", String(spot.count)));
      button.appendChild(shape("place-chip__name", this.texts.count));
      return button;
    }
    button.appendChild(shape("place-chip__name", spot.name));
    if (spot.count > 1) {
      button.appendChild(shape("place-chip__count", String(spot.count)));
    }
    return button;
  }

  cluster(group) {
    const button = this.button("cluster", group);
    const count = countActivities(group);
    if (count === 1) {
      // One activity at places side by side: its own glyph, not a number.
      const glyph = `glyph cluster__glyph glyph--${group[0].category || "none"}`;
      button.appendChild(shape(glyph, group[0].glyph));
    } else {
      button.appendChild(shape("cluster__count", String(count)));
    }
    return button;
  }

  /** A real button, so that keyboard and screen reader have it too. */
  button(className, spots, at) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = className;
    const names = spots.map((spot) => spot.name).join("、");
    const sample = spots.every((spot) => spot.sample) ? `${this.texts.sample} ` : "";
    const words = `${sample}${names} · ${countActivities(spots)} ${this.texts.count}`;
    button.appendChild(span("visually-hidden", words));
    button.title = words;
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.open(spots, at || spots[0]);
    });
    this.elements.set(spots[0].key, { element: button, spots });
    return button;
  }

  open(spots, at) {
    const apart = spots.length > 1 && this.map.getZoom() < this.map.getMaxZoom() - 1;
    if (apart && spanOf(spots) > 0.002) {
      fit(this.map, spots.map((spot) => [spot.lat, spot.lon]), { padding: 60 });
      return;
    }
    popup(this.map, [at.lat, at.lon], this.content(spots));
    this.onPick(spots.reduce((ids, spot) => ids.concat(spot.ids), []));
  }

  content(spots) {
    const box = document.createElement("div");
    spots.forEach((spot) => {
      box.appendChild(this.name(spot));
      if (spot.note && spot.kind === "ring") {
        box.appendChild(paragraph("soft", spot.note));
      }
      const list = document.createElement("ul");
      list.className = "popup__list";
      spot.items.forEach((item) => list.appendChild(this.item(item)));
      box.appendChild(list);
      if (spot.count > spot.items.length) {
        box.appendChild(paragraph("soft", this.texts.more));
      }
    });
    return box;
  }

  /** The place's name; a link where the place has a page of its own. */
  name(spot) {
    const name = paragraph("popup__name", spot.page ? "" : spot.name);
    if (spot.page) {
      const link = document.createElement("a");
      link.href = spot.page + this.texts.suffix;
      link.textContent = spot.name;
      name.appendChild(link);
    }
    return name;
  }

  item(item) {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = item.url + this.texts.suffix;
    link.textContent = item.title;
    link.classList.toggle("is-struck", item.off);
    row.appendChild(link);
    row.appendChild(paragraph("soft", item.off ? `${item.state} · ${item.when}` : item.when));
    if (item.sample) {
      row.appendChild(span("tag tag--sample", this.texts.sample));
    }
    return row;
  }

  add(layer, list) {
    layer.addTo(this.map);
    list.push(layer);
  }
}

function middleOf(spots) {
  const sum = spots.reduce((at, spot) => [at[0] + spot.lat, at[1] + spot.lon], [0, 0]);
  return [sum[0] / spots.length, sum[1] / spots.length];
}

function spanOf(spots) {
  const lats = spots.map((spot) => spot.lat);
  const lons = spots.map((spot) => spot.lon);
  return Math.max(Math.max(...lats) - Math.min(...lats), Math.max(...lons) - Math.min(...lons));
}

function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

/** Words for the eye alone, inside a button whose name says it in full. */
function shape(className, text) {
  const element = span(className, text);
  element.setAttribute("aria-hidden", "true");
  return element;
}

function paragraph(className, text) {
  const element = document.createElement("p");
  element.className = className;
  element.textContent = text;
  return element;
}
