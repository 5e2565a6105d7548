/** The page that shows a code: asks for one, waits until it was typed, goes on to the screen. */

import { Enrolment } from "./lib/enrolment.js";

const body = document.body;
const code = document.querySelector("[data-code]");
const line = document.querySelector("[data-state]");

function words(name) {
  return document.querySelector(`[data-words="${name}"]`).content.textContent;
}

const enrolment = new Enrolment({
  enrolUrl: body.getAttribute("data-enrol-url"),
  statusUrl: body.getAttribute("data-status-url"),
  size: { width: window.screen.width, height: window.screen.height },
  fetch: window.fetch.bind(window),
  wait: (ms) => new Promise((resolve) => { window.setTimeout(resolve, ms); }),
  random: Math.random,
  onCode: (shown) => { code.textContent = shown; },
  onState: (name) => {
    line.textContent = words(name);
    body.setAttribute("data-enrolment", name);
  },
  onPaired: (address) => { window.location.replace(address); },
});

enrolment.run();
