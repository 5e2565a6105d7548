/** Fetches the files of the base map; a lost network is asked again a few times. */

import { tintRelief } from "./basemap.js";

const RETRY_MS = [2000, 10000, 60000];

function pageCanvas(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** The hills in a theme's colours, as a canvas to lie over the land. */
export function tinted(grey, theme, makeCanvas = pageCanvas) {
  const { width, height } = grey;
  const canvas = makeCanvas(width, height / 2);
  const pixels = tintRelief(grey.data, width, theme);
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height / 2), 0, 0);
  return canvas;
}

/** A JSON document, or null when it does not come. */
export async function readJson(url) {
  for (let attempt = 0; attempt <= RETRY_MS.length; attempt += 1) {
    try {
      const answer = await fetch(url);
      if (answer.ok) {
        return await answer.json();
      }
    } catch (error) {
      // No network just now: asked again below.
    }
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MS[attempt] || 0); });
  }
  return null;
}

/**
 * A picture's pixels at half its size, read without putting it into the page. The relief is soft:
 * half the size looks the same and is a quarter of the work on a phone.
 */
export async function readPicture(url, makeCanvas = pageCanvas) {
  const answer = await fetch(url);
  const bitmap = await createImageBitmap(await answer.blob());
  const canvas = makeCanvas(bitmap.width / 2, bitmap.height / 2);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** Waits until the page has nothing better to do, at most a second. */
export function whenIdle() {
  return new Promise((resolve) => {
    if (window.requestIdleCallback) {
      window.requestIdleCallback(resolve, { timeout: 1000 });
    } else {
      setTimeout(resolve, 200);
    }
  });
}
