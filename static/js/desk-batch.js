/** A draft of the desk: the places of its rows on a map, each row's place one click away. */

import { fit } from "./lib/leaflet.js";
import { readSpots, shareTouch, startPageMap } from "./lib/page-map.js";

// How close one looks: a venue's surroundings, a ring as a whole, a district.
const CLOSE_ZOOM = 14;
const RING_ZOOM = 11.5;
const DISTRICT_ZOOM = 10;
const SMALL_M = 600;
const element = document.querySelector("[data-map]");
if (element) {
  start(element, readSpots(document));
}
document.body.dataset.ready = "true";

function start(box, drawn) {
  const { map, spots } = startPageMap(box, { onPick: markRows, suffix: "" });
  spots.show(drawn);
  spots.fitAll({ maxZoom: 12, animate: false });
  shareTouch(map, null);
  document.querySelectorAll("[data-spot]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const spot = drawn.find((one) => one.key === button.dataset.spot);
      if (spot) {
        box.scrollIntoView({ block: "nearest" });
        fit(map, [[spot.lat, spot.lon]], { maxZoom: zoomFor(spot), animate: false });
        spots.open([spot], spot);
      }
    });
  });
}

function zoomFor(spot) {
  if (spot.kind === "area" || spot.kind === "chip") {
    return DISTRICT_ZOOM;
  }
  return spot.radius > SMALL_M ? RING_ZOOM : CLOSE_ZOOM;
}

/** The rows that stand where the map was opened. */
function markRows(numbers) {
  document.querySelectorAll(".row").forEach((row) => {
    const isThere = Boolean(numbers) && numbers.indexOf(row.id.replace("row-", "")) >= 0;
    row.classList.toggle("is-there", isThere);
  });
}
