/** The planner's pages: a question answers at once; a row and its shape are one selection. */

import { areaOf, neighbour, toggled, withArea } from "./lib/choropleth.js";
import { addressOf, Swapper } from "./lib/page-swap.js";
import { groundAt, placeText, wireWhatIf } from "./lib/what-if.js";

const page = document.querySelector("[data-planner]");
const main = document.querySelector("[data-swap]");
const swapper = new Swapper(main);
const TYPED_MS = 350; // a number is being typed
let request = 0;
let waiting = 0;
let shown = new URL(location.href);

const slot = () => main.querySelector("[data-card-slot]");
const rows = () => Array.from(main.querySelectorAll("[data-ranking] tbody tr[data-area]"));
const shapes = () => Array.from(main.querySelectorAll("[data-choropleth] [data-area]"));
const both = () => rows().concat(shapes());

function of(elements, area) {
  return elements.filter((one) => one.dataset.area === area);
}

/** Mark the shape and the row that belong together under the pointer or the focus. */
function near(area) {
  both().forEach((one) => {
    one.classList.toggle("is-near", Boolean(area) && one.dataset.area === area);
  });
}

/** Mark what is open, and let every link and the form ask with it. */
function mark(area) {
  both().forEach((one) => one.classList.toggle("is-open", one.dataset.area === area));
  rows().forEach((row) => {
    const link = row.querySelector("[data-open]");
    link.setAttribute("aria-expanded", String(row.dataset.area === area));
    link.href = withArea(location.href, toggled(area, row.dataset.area));
  });
  shapes().forEach((shape) => {
    shape.setAttribute("href", withArea(location.href, shape.dataset.area));
  });
  main.querySelectorAll("[data-measure]").forEach((link) => {
    if (!link.dataset.measure.startsWith("level-")) {
      link.href = withArea(link.href, area);
    }
  });
  const form = main.querySelector("[data-question]");
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
    slot().textContent = "";
    return;
  }
  try {
    const answer = await fetch(page.dataset.cardUrl + new URL(href).search);
    if (!answer.ok || answer.redirected) {
      throw new Error(`The card was answered with ${answer.status}.`);
    }
    const text = await answer.text();
    if (mine === request) {
      put(text, moveFocus);
    }
  } catch (error) {
    if (mine === request) {
      location.assign(href);
    }
  }
}

function put(text, moveFocus) {
  // Our own server's template, parsed without running anything.
  const parsed = new DOMParser().parseFromString(text, "text/html");
  slot().textContent = "";
  slot().append(...Array.from(parsed.body.children));
  const card = slot().querySelector("[data-card]");
  if (!card) {
    return;
  }
  if (moveFocus) {
    card.focus({ preventScroll: true });
  }
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  card.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
}

function open(area, { moveFocus }) {
  const href = withArea(location.href, area);
  history.pushState(null, "", href);
  return show(href, { moveFocus });
}

/** The card of the cell under the pointer; the answer says which cell it was. */
async function openCell(map, event) {
  const url = new URL(page.dataset.cardUrl, location.href);
  url.search = new URL(withArea(location.href, "")).search;
  url.searchParams.set("point", placeText(groundAt(map, event)));
  request += 1;
  const mine = request;
  const answer = await fetch(url.href);
  const text = await answer.text();
  if (!answer.ok || mine !== request) {
    return;
  }
  put(text, false);
  const card = slot().querySelector("[data-card]");
  if (card) {
    history.pushState(null, "", withArea(location.href, card.dataset.card));
    shown = new URL(location.href);
  }
}

function areaAt(target) {
  const holder = target.closest("[data-area]");
  return holder ? holder.dataset.area : "";
}

/** A plain click is ours; with a modifier or another button the link does what links do. */
function isPlain(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

function closeCard() {
  const was = areaOf(location.href);
  open("", { moveFocus: false });
  const row = of(rows(), was)[0];
  if (row) {
    row.querySelector("[data-open]").focus({ preventScroll: true });
  }
}

main.addEventListener("click", (event) => {
  if (!isPlain(event) || event.defaultPrevented) {
    return;
  }
  if (event.target.closest("[data-close]")) {
    event.preventDefault();
    closeCard();
    return;
  }
  const cells = event.target.closest("[data-cells]");
  if (cells && slot()) {
    openCell(cells, event);
    return;
  }
  const area = slot() ? areaAt(event.target) : "";
  if (area) {
    event.preventDefault();
    // A key press clicks with detail 0: then the reader follows into the card.
    open(toggled(areaOf(location.href), area), { moveFocus: event.detail === 0 });
    return;
  }
  const link = event.target.closest("[data-measure], [data-sort], [data-place], .tabs a");
  if (link) {
    event.preventDefault();
    swapper.show(link.href);
  }
});

/* A form of ours asks in place; what is picked is asked at once. */
function askForm(form) {
  swapper.show(addressOf(form.action, new FormData(form)));
}

function isAsking(form) {
  return form && form.method === "get" && main.contains(form);
}

main.addEventListener("submit", (event) => {
  if (isAsking(event.target)) {
    event.preventDefault();
    askForm(event.target);
  }
});

main.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!isAsking(form)) {
    return;
  }
  if (event.target.matches("[data-period], [data-reach]") && needsMore(event.target)) {
    return;
  }
  clearTimeout(waiting);
  waiting = setTimeout(() => askForm(form), event.target.type === "number" ? TYPED_MS : 0);
});

/** Own dates and an own radius are asked for when they have been given. */
function needsMore(select) {
  const field = { dates: "from", own: "radius" }[select.value];
  if (field) {
    select.form.elements.namedItem(field).focus();
  }
  return Boolean(field);
}

["pointerover", "focusin"].forEach((kind) => {
  main.addEventListener(kind, (event) => near(areaAt(event.target)));
});
["pointerleave", "focusout"].forEach((kind) => main.addEventListener(kind, () => near("")));

main.addEventListener("keydown", (event) => {
  const part = event.target.closest("[data-ranking], [data-choropleth]");
  if (!part) {
    return;
  }
  const order = rows().map((row) => row.dataset.area);
  const to = neighbour(order, areaAt(event.target), event.key);
  const next = to && of(part.matches("[data-ranking]") ? rows() : shapes(), to)[0];
  if (next) {
    event.preventDefault();
    (next.querySelector("[data-open]") || next).focus();
  }
});

wireWhatIf(main, swapper);

/* Only with a script can a button print. */
function showPrint() {
  main.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
  });
}
main.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) {
    window.print();
  }
});
showPrint();

window.addEventListener("popstate", () => {
  const next = new URL(location.href);
  const onlyCard = slot() && withArea(next.href, "") === withArea(shown.href, "");
  shown = next;
  if (onlyCard) {
    show(location.href, { moveFocus: false });
  } else {
    swapper.show(location.href, { push: false });
  }
});
main.addEventListener("swapped", () => {
  showPrint();
  shown = new URL(location.href);
});
