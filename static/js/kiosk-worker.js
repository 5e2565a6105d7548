/*
 * The lobby screen's service worker. It keeps the page and its files, never the programme (the page
 * does that itself) and never an error; and it watches over builds: a page of a new build that does
 * not say within half a minute that it is well is taken back to the stored one, for good.
 * Served by a view that puts `const BUILD = "…";` above, so that a new build brings a new worker.
 */

const PREFIX = "yitu-kiosk-";
const MEMORY = "yitu-memory";
const MEMORY_KEY = "/kiosk/-/memory";
const PAGE_LIMIT_MS = 8000;
const FILE_LIMIT_MS = 5000;
const HEALTH_LIMIT_MS = 30000;
const BAD_LIMIT = 20;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const watched = new Map(); // build → {timer, end}
const buildOf = new Map(); // client → the stored build it was served from

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const act = event.data && { keep, healthy, clear, memory: tellMemory }[event.data.kind];
  if (act) {
    event.waitUntil(act(event.data, event.source));
  }
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (event.request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(file(event, url));
  }
});

/* --- The page ------------------------------------------------------------------------------- */

/** Ours: the right status and kind, and our own mark, which a captive portal has not. */
function isOurPage(response) {
  return response.status === 200 && response.headers.has("X-Yitu-Screen")
    && /^text\/html\b/.test(response.headers.get("Content-Type") || "");
}

async function page(event) {
  const { request } = event;
  let response = null;
  try {
    response = await within(PAGE_LIMIT_MS, (signal) => fetch(request, { signal }));
  } catch (error) {
    return (await storedPage(event)) || waiting();
  }
  if (!isOurPage(response)) {
    return isReal(response) ? response : (await storedPage(event)) || waiting();
  }
  const memory = await remembered();
  const build = response.headers.get("X-Yitu-Served") || response.headers.get("X-Yitu-Build");
  const wanted = response.headers.get("X-Yitu-Build");
  if (memory.bad.indexOf(build) >= 0 || (wanted !== build && wanted === memory.good)) {
    return (await storedPage(event)) || response;
  }
  if (memory.good && build !== memory.good) {
    event.waitUntil(watch(build));
  }
  return response;
}

/** An answer of our own server that is no screen (a page for staff, a screen that is not there). */
function isReal(response) {
  return response.redirected || response.type === "opaqueredirect"
    || (response.status < 500 && response.headers.has("X-Frame-Options")
      && response.headers.has("Content-Security-Policy"));
}

/** The page of this address, of the build known to be good first; else of any screen stored here. */
async function storedPage(event) {
  const memory = await remembered();
  const url = event.request.url;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  names.sort((a, b) => Number(b === PREFIX + memory.good) - Number(a === PREFIX + memory.good));
  const known = Object.keys(memory.pages).map((build) => memory.pages[build]);
  const wanted = [url, memory.pages[memory.good]].concat(known).filter(Boolean);
  for (const address of wanted) {
    for (const name of names) {
      const found = await (await caches.open(name)).match(address, { ignoreVary: true });
      if (found) {
        buildOf.set(event.resultingClientId, name.slice(PREFIX.length));
        return found;
      }
    }
  }
  return null;
}

/** Nothing was ever stored: a calm page that asks again by itself. */
function waiting() {
  const body = "<!doctype html><html lang=\"zh-hans\"><meta charset=\"utf-8\"><title>益图</title>"
    + "<body><h1>正在等待网络</h1><p>连上以后会自动显示。</p></body></html>";
  return new Response(body, { headers: { "Content-Type": "text/html; charset=utf-8", Refresh: "30" } });
}

/* --- Its files ------------------------------------------------------------------------------ */

/** A name with a hash never changes; others are asked for, unless the page itself is a stored one. */
async function file(event, url) {
  const { request } = event;
  const build = buildOf.get(event.clientId);
  if (build || HASHED.test(url.pathname)) {
    const kept = await stored(request.url, build);
    if (kept) {
      return kept;
    }
  }
  try {
    const response = await within(FILE_LIMIT_MS, (signal) => fetch(request, { signal }));
    return response.ok ? response : (await stored(request.url)) || response;
  } catch (error) {
    const kept = await stored(request.url);
    if (kept) {
      return kept;
    }
    throw error;
  }
}

async function stored(url, build) {
  const own = await caches.open(PREFIX + (build || BUILD));
  return (await own.match(url, { ignoreVary: true })) || caches.match(url, { ignoreVary: true });
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

/* --- Builds --------------------------------------------------------------------------------- */

/** {good: build, bad: [build], pages: {build: url}, tookBack: {build, reason} or null} */
async function remembered() {
  const nothing = { good: "", bad: [], pages: {}, tookBack: null };
  try {
    const kept = await (await caches.open(MEMORY)).match(MEMORY_KEY);
    return kept ? Object.assign(nothing, await kept.json()) : nothing;
  } catch (error) {
    return nothing;
  }
}

async function remember(changes) {
  const memory = Object.assign(await remembered(), changes);
  await (await caches.open(MEMORY)).put(MEMORY_KEY, new Response(JSON.stringify(memory)));
}

/** Resolves when the page of this build has said that it is well, or has been taken back. */
function watch(build) {
  const known = watched.get(build);
  if (known) {
    return known.promise;
  }
  const entry = {};
  entry.promise = new Promise((resolve) => { entry.end = resolve; });
  entry.timer = setTimeout(() => takeBack(build).then(entry.end, entry.end), HEALTH_LIMIT_MS);
  watched.set(build, entry);
  return entry.promise;
}

async function healthy({ build }) {
  const entry = watched.get(build);
  if (entry) {
    clearTimeout(entry.timer);
    watched.delete(build);
    entry.end();
  }
  const memory = await remembered();
  if (memory.bad.indexOf(build) < 0 && await hasStored(build)) {
    await remember({ good: build });
    await dropAllBut(build);
  }
}

async function takeBack(build) {
  watched.delete(build);
  const memory = await remembered();
  await remember({
    bad: memory.bad.concat([build]).slice(-BAD_LIMIT),
    tookBack: { build, reason: "not healthy in 30 s" },
  });
  await caches.delete(PREFIX + build);
  const pages = await self.clients.matchAll({ type: "window" });
  await Promise.all(pages.map((one) => one.navigate(one.url).catch(() => {})));
}

async function hasStored(build) {
  const { pages } = await remembered();
  return Boolean(pages[build]);
}

async function dropAllBut(build) {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + build);
  await Promise.all(old.map((name) => caches.delete(name)));
  const memory = await remembered();
  await remember({ pages: { [build]: memory.pages[build] } });
}

async function tellMemory(asked, source) {
  const memory = await remembered();
  if (source) {
    source.postMessage({ kind: "memory", memory });
  }
}

async function clear(asked, source) {
  const names = await caches.keys();
  await Promise.all(names.map((name) => caches.delete(name)));
  if (source) {
    source.postMessage({ kind: "cleared" });
  }
}

/* --- Keeping -------------------------------------------------------------------------------- */

/** All or nothing: a build counts as stored only when every file of it is here. */
async function keep(wanted, source) {
  const name = PREFIX + wanted.build;
  const cache = await caches.open(name);
  try {
    await Promise.all(wanted.urls.map((url) => keepFile(cache, url)));
    await keepPage(cache, wanted);
  } catch (error) {
    tell(source, `keeping build ${wanted.build} failed: ${error.message}`);
    return;
  }
  const memory = await remembered();
  await remember({ pages: Object.assign({}, memory.pages, { [wanted.build]: wanted.page }) });
  tell(source, "kept");
}

async function keepFile(cache, url) {
  if (await cache.match(url)) {
    return;
  }
  const known = HASHED.test(new URL(url).pathname) ? await caches.match(url) : null;
  const response = known || await fetch(url);
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}`);
  }
  await cache.put(url, response);
}

/** The stored page says that it is stored: the script then trusts the box's clock for the gap. */
async function keepPage(cache, wanted) {
  const response = await fetch(wanted.page, { cache: "no-store" });
  if (!isOurPage(response)) {
    throw new Error(`${wanted.page} is not ours`);
  }
  const served = response.headers.get("X-Yitu-Served") || response.headers.get("X-Yitu-Build");
  if (served !== wanted.build) {
    if (await cache.match(wanted.page)) {
      return; // a newer build is served by now; what is stored of this one is still whole
    }
    throw new Error(`the page is of build ${served}`);
  }
  const html = (await response.text()).replace("<body", "<body data-from-store");
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  await cache.put(wanted.page, new Response(html, { headers }));
}

function tell(source, message) {
  if (source) {
    source.postMessage({ kind: "worker", message });
  }
}
