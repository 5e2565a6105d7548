/** The planner's page: a row and its district are one selection; the card opens in place. */

import { areaOf, neighbour, toggled, withArea } from "./lib/choropleth.js";

const page = document.querySelector("[data-planner]");
const slot = document.querySelector("[data-card-slot]");
const table = document.querySelector("[data-ranking]");
const map = document.querySelector("[data-choropleth]");
const rows = Array.from(table.querySelectorAll("tbody tr[data-area]"));
const shapes = map ? Array.from(map.querySelectorAll("[data-area]")) : [];
const order = rows.map((row) => row.dataset.area);
let request = 0;

function of(elements, area) {
  return elements.filter((one) => one.dataset.area === area);
}

/** Mark the district and the row that belong together under the pointer or the focus. */
function near(area) {
  rows.concat(shapes).forEach((one) => {
    one.classList.toggle("is-near", Boolean(area) && one.dataset.area === area);
  });
}

/** Mark what is open, keep it on top, and let every link and the form ask with it. */
function mark(area) {
  rows.concat(shapes).forEach((one) => {
    one.classList.toggle("is-open", one.dataset.area === area);
  });
  rows.forEach((row) => {
    const link = row.querySelector("[data-open]");
    link.setAttribute("aria-expanded", String(row.dataset.area === area));
    link.href = withArea(location.href, toggled(area, row.dataset.area));
  });
  shapes.forEach((shape) => {
    shape.setAttribute("href", withArea(location.href, shape.dataset.area));
  });
  document.querySelectorAll("[data-measure]").forEach((link) => {
    link.href = withArea(link.href, area);
  });
  const form = document.querySelector("[data-question]");
  let field = form.elements.namedItem("area");
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = "area";
    form.append(field);
  }
  field.value = area;
  field.disabled = !area;
}

/** Fetch the card of the address's area; when that fails, the address itself is loaded. */
async function show(href, { moveFocus }) {
  const area = areaOf(href);
  request += 1;
  const mine = request;
  mark(area);
  if (!area) {
    slot.textContent = "";
    return;
  }
  try {
    const answer = await fetch(page.dataset.cardUrl + new URL(href).search);
    if (!answer.ok || answer.redirected) {
      throw new Error(`The card was answered with ${answer.status}.`);
    }
    const text = await answer.text();
    if (mine !== request) {
      return;
    }
    // Our own server's template, parsed without running anything.
    const parsed = new DOMParser().parseFromString(text, "text/html");
    slot.textContent = "";
    slot.append(...parsed.body.children);
    const card = slot.querySelector("[data-card]");
    if (moveFocus && card) {
      card.focus({ preventScroll: true });
    }
    if (card) {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      card.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    }
  } catch (error) {
    if (mine === request) {
      location.assign(href);
    }
  }
}

function open(area, { moveFocus }) {
  const href = withArea(location.href, area);
  history.pushState(null, "", href);
  return show(href, { moveFocus });
}

function areaAt(target) {
  const holder = target.closest("[data-area]");
  return holder ? holder.dataset.area : "";
}

/** A plain click is ours; with a modifier or another button the link does what links do. */
function isPlain(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

document.addEventListener("click", (event) => {
  if (!isPlain(event)) {
    return;
  }
  if (event.target.closest("[data-close]")) {
    event.preventDefault();
    const was = areaOf(location.href);
    open("", { moveFocus: false });
    const row = of(rows, was)[0];
    if (row) {
      row.querySelector("[data-open]").focus({ preventScroll: true });
    }
    return;
  }
  const area = areaAt(event.target);
  if (area) {
    event.preventDefault();
    // A key press clicks with detail 0: then the reader follows into the card.
    open(toggled(areaOf(location.href), area), { moveFocus: event.detail === 0 });
  }
});

[table, map].filter(Boolean).forEach((part) => {
  part.addEventListener("pointerover", (event) => near(areaAt(event.target)));
  part.addEventListener("pointerleave", () => near(""));
  part.addEventListener("focusin", (event) => near(areaAt(event.target)));
  part.addEventListener("focusout", () => near(""));
  part.addEventListener("keydown", (event) => {
    const to = neighbour(order, areaAt(event.target), event.key);
    const next = to && of(part === table ? rows : shapes, to)[0];
    if (next) {
      event.preventDefault();
      (next.querySelector("[data-open]") || next).focus();
    }
  });
});

window.addEventListener("popstate", () => show(location.href, { moveFocus: false }));
