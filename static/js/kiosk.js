/** The lobby screen: one entry. It never leaves the page blank, whatever fails. */

import { keepAwake } from "./lib/kiosk/awake.js";
import { Link } from "./lib/kiosk/link.js";
import { Screen } from "./lib/kiosk/screen.js";
import { browserStore, noStore } from "./lib/kiosk/store.js";

const { body } = document;
const sim = body.dataset.sim ? JSON.parse(body.dataset.sim) : null;
const store = sim ? noStore : browserStore;
const screen = new Screen(body, store, sim);

/** No way out of the page, and nothing of the browser's own on it. */
["contextmenu", "dragstart", "selectstart", "gesturestart"].forEach((name) => {
  document.addEventListener(name, (event) => event.preventDefault());
});
document.addEventListener("wheel", (event) => {
  if (event.ctrlKey) {
    event.preventDefault();
  }
}, { passive: false });
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^F\d+$/.test(event.key)) {
    event.preventDefault();
  }
});

/** All scripts have run, the map's too, whether it succeeded or not. */
function loaded() {
  return new Promise((resolve) => {
    if (document.readyState === "complete") {
      resolve();
    } else {
      window.addEventListener("load", resolve);
    }
  });
}

/** On a panel that feels touch: the visitors' controls. Where they do not come, the scenes go on. */
async function openDesk() {
  const slot = document.querySelector("[data-desk-slot]");
  if (!slot) {
    return;
  }
  try {
    const { Desk } = await import("./lib/kiosk/touch/desk.js");
    screen.desk = new Desk(screen, slot);
  } catch (error) {
    screen.errors.add(`touch: ${error.message}`);
  }
}

async function start() {
  document.querySelector("[data-insecure]").hidden = Boolean(sim) || window.isSecureContext;
  await screen.start();
  body.setAttribute("data-ready", "");
  document.dispatchEvent(new CustomEvent("yitu-screen", { detail: screen }));
  await openDesk();
  if (!sim) {
    keepAwake(document);
  }
  await loaded();
  if (!sim || !sim.is_offline) {
    screen.link = new Link(screen, store);
    await (sim ? screen.link.startPolling() : screen.link.start());
  }
}

start();
