/** The page's side of js/basemap-worker.js: tiles painted beside the page, where a browser can. */

import { readLabels } from "./basemap-labels.js";

const START_MS = 5000;

/**
 * @param {{workerUrl: (string|undefined), baseUrl: string, theme: string}} options
 * @param {function(): void} onFailure the worker cannot be had: the page must paint by itself
 * @returns {?{data: Promise, paint: function, drop: function, setTheme: function}} null without one
 */
export function startPainter(options, onFailure) {
  const canPaint = window.Worker && HTMLCanvasElement.prototype.transferControlToOffscreen;
  if (!options.workerUrl || !canPaint) {
    return null;
  }
  try {
    return painterOf(new Worker(options.workerUrl, { type: "module" }), options, onFailure);
  } catch (error) {
    return null; // an engine without workers made of modules
  }
}

function painterOf(worker, options, onFailure) {
  let count = 0;
  const data = new Promise((resolve) => {
    const fail = () => {
      worker.terminate();
      onFailure();
    };
    const late = window.setTimeout(fail, START_MS);
    worker.onerror = () => {
      window.clearTimeout(late);
      fail();
    };
    worker.onmessage = ({ data: told }) => {
      window.clearTimeout(late);
      const known = told.labels;
      resolve(known ? { labels: readLabels(known), geometries: told.districts } : null);
    };
  });
  // Addresses are relative to the worker's own file there: whole ones mean the same in both.
  const baseUrl = new URL(options.baseUrl, window.location.href).href;
  worker.postMessage({ kind: "start", baseUrl, theme: options.theme });
  return {
    data,
    paint(canvas) {
      count += 1;
      canvas.paintId = count;
      const surface = canvas.transferControlToOffscreen();
      worker.postMessage({ kind: "paint", id: count, canvas: surface, tile: canvas.tile }, [surface]);
    },
    drop(canvas) {
      worker.postMessage({ kind: "drop", id: canvas.paintId });
    },
    setTheme(theme) {
      worker.postMessage({ kind: "theme", theme });
    },
  };
}
