/** The map page: wires list, map and 「离我最近」 together; decides nothing. */

import { askPosition } from "./lib/near.js";
import { readSpots, shareTouch, startPageMap } from "./lib/page-map.js";
import { enhancePanel } from "./lib/panel.js";
import { suggestWhileTyping } from "./lib/suggest.js";
import { wireStars, wireVoices } from "./lib/stars.js";
import { fit } from "./lib/leaflet.js";
import { Walking, readOrigin, viewOf } from "./lib/walking.js";

// A phone's map is small: marks may come closer to its edge.
const PADDING = window.innerWidth < 600 ? 36 : 48;
const BOTTOM = window.innerWidth < 600 ? 122 : 48; // 「离我最近」 hides no mark
// 长辈版: the list alone at first; the map takes its place at a tap.
const IS_ELDER = document.documentElement.getAttribute("data-mode") === "elder";
const panel = document.querySelector("[data-panel]");
const moment = new URLSearchParams(window.location.search).get("at");
const { map, spots } = startPageMap(document.querySelector("[data-map]"), {
  onPick: showPicked,
  suffix: moment ? `?at=${encodeURIComponent(moment)}` : "",
});
const live = document.querySelector("[data-announce]");

const list = enhancePanel(panel, {
  announce: (words) => {
    live.textContent = words;
  },
  onResults: () => {
    const isOpen = panel.classList.contains("shows-more");
    panel.querySelector("[data-more]").setAttribute("aria-expanded", String(isOpen));
    spots.show(readSpots(panel));
    lookAround({ maxZoom: 13, padding: PADDING, bottom: BOTTOM });
    suggestions.again();
    stars.paint();
    voices.paint();
  },
});

const suggestions = suggestWhileTyping(panel, moment);
const mapWords = document.querySelector("[data-map]").dataset;
const walking = new Walking(map, { origin: mapWords.originWords, minutes: mapWords.minutes });

spots.show(readSpots(panel));
lookAround({ maxZoom: 13, animate: false, padding: PADDING, bottom: BOTTOM });
shareTouch(map, document.querySelector("[data-touch-hint]"));
wireNear(document.querySelector("[data-near]"));
wireSwitch(document.querySelector("[data-view-switch]"));
wireCards();
wireMore();
const stars = wireStars(panel);
const voices = wireVoices(panel);
document.body.dataset.ready = "true";

/** Everything in view; from a known place, its walking rings and what is nearest. */
function lookAround(options) {
  const origin = readOrigin(panel);
  walking.show(origin);
  if (origin) {
    fit(map, viewOf(origin, spots.spots), Object.assign({}, options, { maxZoom: 15 }));
  } else {
    spots.fitAll(options);
  }
}

/** Cards of the opened spot stand out; the first is brought into view where list and map stand side by side. */
function showPicked(ids) {
  let first = null;
  panel.querySelectorAll("[data-card]").forEach((card) => {
    const isPicked = Boolean(ids) && ids.indexOf(card.dataset.card) >= 0;
    card.classList.toggle("is-selected", isPicked);
    first = first || (isPicked ? card : null);
  });
  if (first && window.matchMedia("(min-width: 1024px)").matches) {
    first.scrollIntoView({ block: "nearest" });
  }
}

function wireCards() {
  const highlight = (event) => {
    const card = event.target.closest("[data-card]");
    spots.highlight(card ? card.dataset.card : null);
  };
  panel.addEventListener("mouseover", highlight);
  panel.addEventListener("focusin", highlight);
  panel.addEventListener("mouseleave", () => spots.highlight(null));
}

function wireNear(button) {
  button.hidden = false;
  if (IS_ELDER) {
    panel.parentNode.insertBefore(button, panel);
  }
  button.addEventListener("click", () => {
    say(button.dataset.waiting);
    askPosition().then((answer) => {
      if (answer.problem) {
        say(button.dataset[answer.problem]);
        return;
      }
      const target = new URL(window.location.href);
      target.searchParams.delete("from");
      target.searchParams.set("near", answer.near);
      target.searchParams.delete("page");
      list.show(target.href);
    });
  });
}

/** Phones: the answer first; categories, selects and days unfold at a tap, and stay so. */
function wireMore() {
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("[data-more]");
    if (button) {
      const isOpen = panel.classList.toggle("shows-more");
      button.setAttribute("aria-expanded", String(isOpen));
    }
  });
}

function say(words) {
  const message = panel.querySelector("[data-near-message]");
  message.textContent = words;
  message.hidden = false;
  live.textContent = words;
}

/** Phones: one button between the map in full and the list in full. */
function wireSwitch(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const toMap = !document.body.classList.contains("is-map");
    document.body.classList.toggle("is-map", toMap);
    button.textContent = toMap ? button.dataset.toList : button.dataset.toMap;
    map.invalidateSize();
    if (toMap && IS_ELDER) {
      lookAround({ maxZoom: 13, animate: false, padding: PADDING, bottom: BOTTOM }); // it had no size until now
    }
    const top = toMap ? 0 : panel.getBoundingClientRect().top + window.scrollY;
    window.scrollTo({ top: IS_ELDER ? 0 : top });
  });
  button.textContent = button.dataset.toMap;
}
