/** The activity page: its places on a small map. */

import { readSpots, shareTouch, startPageMap } from "./lib/page-map.js";

const moment = new URLSearchParams(window.location.search).get("at");
const { map, spots } = startPageMap(document.querySelector("[data-map]"), {
  onPick: () => {},
  suffix: moment ? `?at=${encodeURIComponent(moment)}` : "",
});
spots.show(readSpots(document));
spots.fitAll({ maxZoom: 12, animate: false });
shareTouch(map, null);

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
