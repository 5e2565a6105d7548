/** Pages of an activity, a venue, an organisation …: their places on a small map, sharing, printing. */

import { readSpots, shareTouch, startPageMap } from "./lib/page-map.js";
import { wireShare } from "./lib/share.js";
import { wireStars, wireVoices } from "./lib/stars.js";

const element = document.querySelector("[data-map]");
if (element) {
  startMap(element);
}
wireShare(document.querySelector("[data-share]"));
wireStars(document.body);
wireVoices(document.body);

// Back to the list as it was left, filters and all, when that is where the visitor came from.
document.querySelectorAll("[data-back]").forEach((back) => {
  back.addEventListener("click", (event) => {
    const came = document.referrer && new URL(document.referrer);
    const home = new URL(back.href).pathname;
    if (came && came.origin === window.location.origin && came.pathname === home) {
      event.preventDefault();
      window.history.back();
    }
  });
});
document.body.dataset.ready = "true";

function startMap(box) {
  const moment = new URLSearchParams(window.location.search).get("at");
  const { map, spots, base } = startPageMap(box, {
    onPick: () => {},
    suffix: moment ? `?at=${encodeURIComponent(moment)}` : "",
  });
  spots.show(readSpots(document));
  spots.fitAll({ maxZoom: 12, animate: false });
  shareTouch(map, null);
  // Paper is white, and its column is not the screen's.
  window.addEventListener("beforeprint", () => {
    base.setTheme("light");
    map.invalidateSize({ animate: false });
    spots.fitAll({ maxZoom: 12, animate: false });
  });
  window.addEventListener("afterprint", () => {
    document.dispatchEvent(new Event("themechange"));
    map.invalidateSize({ animate: false });
  });
}
