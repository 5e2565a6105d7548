/** The page's side of the service worker: keeping the page for a start without network, and builds. */

const FONT = "Yitu Sans";
const KEEP_AFTER_MS = 1500; // fonts and map tiles of the first scene have arrived by then
const UPDATE_MS = 60 * 60 * 1000;

export class Shell {
  /** `options`: url (of the worker), build, navigator, onMessage(message). */
  constructor(options) {
    this.options = options;
    this.state = window.isSecureContext ? "none" : "insecure";
    this.memory = { good: "", bad: [], tookBack: null };
    this.isKeeping = false;
  }

  /** Register the worker where the browser allows one (HTTPS or localhost). */
  async start() {
    const workers = this.options.navigator.serviceWorker;
    if (!workers || !window.isSecureContext) {
      return;
    }
    workers.addEventListener("message", (event) => this.heard(event.data));
    try {
      const registration = await workers.register(this.options.url);
      if (!registration) {
        this.state = "refused";
        return;
      }
      // A page that never navigates must ask for new workers by itself.
      setInterval(() => registration.update().catch(() => {}), UPDATE_MS);
      await workers.ready;
      this.state = "active";
      await this.post({ kind: "memory" });
    } catch (error) {
      // Without a worker the programme still survives a lost network, only not a restart.
      this.state = error.message.slice(0, 80);
    }
  }

  heard(data) {
    if (data.kind === "memory") {
      this.memory = data.memory;
    }
    if (data.kind === "worker") {
      document.body.setAttribute("data-offline-start", data.message);
    }
    this.options.onMessage(data);
  }

  /** Only once there is a worker: waiting for one that never comes would pile up for months. */
  async post(message) {
    if (this.state === "active") {
      const registration = await this.options.navigator.serviceWorker.ready;
      registration.active.postMessage(message);
    }
  }

  /** This page has drawn a scene and heard the server: the build is good. */
  healthy() {
    return this.post({ kind: "healthy", build: this.options.build });
  }

  /** Store this page, its files and the glyphs of the whole programme. */
  async keep(payload) {
    if (this.isKeeping || this.state !== "active") {
      return;
    }
    this.isKeeping = true;
    try {
      await loadGlyphs(payload);
      await new Promise((resolve) => { setTimeout(resolve, KEEP_AFTER_MS); });
      await this.post({
        kind: "keep", build: this.options.build, page: window.location.href.split("#")[0],
        urls: usedFiles(),
      });
    } finally {
      this.isKeeping = false;
    }
  }
}

/** Everything of ours this page has fetched. */
function usedFiles() {
  const names = performance.getEntriesByType("resource").map((entry) => entry.name)
    .filter((name) => name.startsWith(`${window.location.origin}/static/`));
  const linked = Array.from(document.querySelectorAll("link[rel='stylesheet'], script[src]"))
    .map((one) => one.href || one.src);
  return Array.from(new Set(names.concat(linked)));
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
