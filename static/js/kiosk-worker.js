/*
 * The lobby screen's service worker. It keeps the page and its files, never the programme (the page
 * does that itself) and never an error. Served by a view that puts `const BUILD = "…";` above.
 */

const PREFIX = "yitu-kiosk-";
const CACHE = `${PREFIX}${BUILD}`;
const PAGE_LIMIT_MS = 8000;
const FILE_LIMIT_MS = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data && event.data.kind === "keep") {
    event.waitUntil(keep(event.data));
  }
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (event.request.mode === "navigate") {
    event.respondWith(page(event.request));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(file(event.request));
  }
});

/** Ours: the right status and kind, and our own mark, which a captive portal has not. */
function isOurPage(response) {
  return response.status === 200 && response.headers.has("X-Yitu-Screen")
    && /^text\/html\b/.test(response.headers.get("Content-Type") || "");
}

async function page(request) {
  try {
    const response = await within(PAGE_LIMIT_MS, (signal) => fetch(request, { signal }));
    if (isOurPage(response)) {
      return response;
    }
    return (await stored(request.url)) || response;
  } catch (error) {
    const kept = await stored(request.url);
    if (kept) {
      return kept;
    }
    throw error;
  }
}

async function file(request) {
  try {
    const response = await within(FILE_LIMIT_MS, (signal) => fetch(request, { signal }));
    if (response.ok) {
      return response;
    }
    return (await stored(request.url)) || response;
  } catch (error) {
    const kept = await stored(request.url);
    if (kept) {
      return kept;
    }
    throw error;
  }
}

/** This build's copy, else an older build's: better than nothing. */
async function stored(url) {
  const own = await caches.open(CACHE);
  return (await own.match(url)) || caches.match(url);
}

async function within(limitMs, ask) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), limitMs);
  try {
    return await ask(control.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** All or nothing: older builds go only when every file of this one is here. */
async function keep(wanted) {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(wanted.urls.map((url) => keepFile(cache, url)));
    await keepPage(cache, wanted.page);
  } catch (error) {
    await tell(`keeping build ${BUILD} failed: ${error.message}`);
    return;
  }
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await tell("kept");
}

async function keepFile(cache, url) {
  if (await cache.match(url)) {
    return;
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}`);
  }
  await cache.put(url, response);
}

/** The stored page says that it is stored: the script then trusts the box's clock for the gap. */
async function keepPage(cache, url) {
  const response = await fetch(url, { cache: "no-store" });
  if (!isOurPage(response)) {
    throw new Error(`${url} is not ours`);
  }
  const html = (await response.text()).replace("<body", "<body data-from-store");
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  await cache.put(url, new Response(html, { headers }));
}

async function tell(message) {
  const pages = await self.clients.matchAll({ type: "window" });
  pages.forEach((one) => one.postMessage({ kind: "worker", message }));
}
