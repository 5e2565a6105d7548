/** Keeping the page itself for a start without network: the worker stores what this page used. */

const FONT = "Yitu Sans";
const KEEP_AFTER_MS = 1500; // fonts and map tiles of the first scene have arrived by then

/** Register the worker where the browser allows one (HTTPS or localhost). */
export async function register(url) {
  if (!("serviceWorker" in navigator)) {
    return;
  }
  try {
    const registration = await navigator.serviceWorker.register(url);
    // A page that never navigates must ask for new workers by itself.
    setInterval(() => registration.update().catch(() => {}), 60 * 60 * 1000);
  } catch (error) {
    // Without a worker the programme still survives a lost network, only not a restart.
  }
}

/** Store this page, its files and the glyphs of the whole programme. */
export async function keepOffline(payload) {
  if (!("serviceWorker" in navigator)) {
    return;
  }
  await loadGlyphs(payload);
  await new Promise((resolve) => { setTimeout(resolve, KEEP_AFTER_MS); });
  const registration = await navigator.serviceWorker.ready;
  const urls = performance.getEntriesByType("resource")
    .map((entry) => entry.name)
    .filter((name) => name.startsWith(`${window.location.origin}/static/`));
  registration.active.postMessage({
    kind: "keep", page: window.location.href, urls: Array.from(new Set(urls)),
  });
}

/** Slices of the font are fetched by glyph: ask for all of the fortnight's while there is a network. */
async function loadGlyphs(payload) {
  if (!document.fonts || !document.fonts.load) {
    return;
  }
  const glyphs = Array.from(new Set(Array.from(JSON.stringify(payload)))).join("");
  try {
    await document.fonts.load(`20px "${FONT}"`, glyphs);
  } catch (error) {
    // The system's own font stands in.
  }
}
