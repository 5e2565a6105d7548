import assert from "node:assert/strict";
import { test } from "node:test";

import { drawsChinese, ensureFonts } from "../../static/js/lib/fonts.js";

/** A page of which each character is as wide and looks as `draw` says. */
function pageThat(draw, readyState = "complete") {
  const added = [];
  const listeners = [];
  const pen = {
    measureText: (text) => ({ width: draw(text).width }),
    clearRect: () => {},
    fillText: (text) => {
      pen.last = text;
    },
    getImageData: () => ({ data: draw(pen.last).dots }),
  };
  const document = {
    readyState,
    createElement: (name) => (name === "canvas" ? { getContext: () => pen } : { name }),
    head: { appendChild: (node) => added.push(node) },
  };
  return { document, added, listeners, addEventListener: (name, fire) => listeners.push(fire) };
}

const drawn = (text) => ({ width: 40, dots: [text.charCodeAt(0)] });
const narrowBox = () => ({ width: 24, dots: [1] });
const squareBox = () => ({ width: 40, dots: [1] });

test("characters that are square and differ are drawn", () => {
  assert.equal(drawsChinese(pageThat(drawn).document), true);
});

test("narrow boxes are no characters", () => {
  assert.equal(drawsChinese(pageThat(narrowBox).document), false);
});

test("square boxes that look the same are no characters", () => {
  assert.equal(drawsChinese(pageThat(squareBox).document), false);
});

test("without a canvas nothing is fetched", () => {
  const document = { createElement: () => ({ getContext: () => null }) };
  assert.equal(drawsChinese(document), true);
});

test("a device with a Chinese font fetches nothing", async () => {
  const page = pageThat(drawn);
  assert.equal(await ensureFonts("/f.css", page), false);
  assert.deepEqual(page.added, []);
});

test("a device without one gets the style sheet, after the page has loaded", async () => {
  const page = pageThat(narrowBox, "interactive");
  const done = ensureFonts("/f.css", page);
  await Promise.resolve();
  assert.deepEqual(page.added, []);
  page.listeners.forEach((fire) => fire());
  assert.equal(await done, true);
  assert.deepEqual(page.added, [{ name: "link", rel: "stylesheet", href: "/f.css" }]);
});
