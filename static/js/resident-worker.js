/*
 * The residents' service worker: without a network, the pages that were seen last, and how old they
 * are. With one, it only watches: pages always come from the network, so nothing is ever stale by
 * its doing. Other parts of the site (staff, kiosks, API, forms) are none of its business.
 */

const PAGES = "yitu-pages-1";
const FILES = "yitu-files-1";
const MOST_PAGES = 40;
const MOST_FILES = 200;
const LIMIT_MS = 8000;
const OFFLINE = "/offline/";
const OURS = /^\/($|results\/|activities\/[^/]+\/$|venues\/\d+\/$|organizations\/|districts\/|campaigns\/|favourites\/|offline\/)/;
const HASHED = /\.[0-9a-f]{12}\./;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepOfflinePage());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(file(event.request));
  } else if (OURS.test(url.pathname)) {
    event.respondWith(page(event.request, url));
  }
});

/** From the network; if that fails or is not ours, as it was kept, marked with its age. */
async function page(request, url) {
  let answer = null;
  try {
    answer = await within(LIMIT_MS, (signal) => fetch(request, { signal }));
    if (isOurs(answer)) {
      await keep(PAGES, url.href, answer.clone(), MOST_PAGES);
    }
    if (answer.status < 500) {
      return answer;
    }
  } catch (error) {
    answer = null;
  }
  const kept = await stored(url, request.mode === "navigate");
  return kept || answer || Response.error();
}

/** Our own mark, which a captive portal has not; an answer that was led elsewhere is not ours. */
function isOurs(answer) {
  return answer.status === 200 && !answer.redirected && answer.headers.has("X-Yitu-Page");
}

async function stored(url, isPage) {
  const pages = await caches.open(PAGES);
  const options = { ignoreVary: true };
  let kept = await pages.match(url.href, options);
  if (!kept && isPage && url.pathname === "/") {
    kept = await newest(pages, "/"); // another question of the same list: better than nothing
  }
  if (kept) {
    return isPage ? dated(kept) : kept;
  }
  return isPage ? pages.match(OFFLINE, options) : null;
}

async function newest(pages, pathname) {
  const keys = await pages.keys();
  const same = keys.filter((key) => new URL(key.url).pathname === pathname);
  return same.length ? pages.match(same[same.length - 1], { ignoreVary: true }) : null;
}

/** The page says itself from when it is: its script reads the mark on <body>. */
async function dated(kept) {
  const text = await kept.text();
  const moment = new Date(kept.headers.get("Date") || 0).toISOString();
  const headers = new Headers(kept.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(text.replace("<body", `<body data-kept-at="${moment}"`), {
    status: 200,
    headers,
  });
}

/** Files whose name is a hash of their content never change: from here first. */
async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request, { ignoreVary: true });
  if (kept && HASHED.test(request.url)) {
    return kept;
  }
  try {
    const answer = await fetch(request);
    if (answer.status === 200) {
      await keep(FILES, request.url, answer.clone(), MOST_FILES);
    }
    return answer;
  } catch (error) {
    if (kept) {
      return kept;
    }
    throw error;
  }
}

/** The newest last; what is more than *most* goes, the oldest first. A full disk changes nothing. */
async function keep(name, address, answer, most) {
  try {
    const cache = await caches.open(name);
    await cache.delete(address, { ignoreVary: true });
    await cache.put(address, answer);
    const keys = await cache.keys();
    const extra = keys.filter((key) => !key.url.endsWith(OFFLINE)).slice(0, Math.max(0, keys.length - most));
    await Promise.all(extra.map((key) => cache.delete(key)));
  } catch (error) {
    // the page is shown all the same
  }
}

/** The page for what was never seen, and the styles that it is drawn with. */
async function keepOfflinePage() {
  const answer = await fetch(OFFLINE);
  const text = await answer.clone().text();
  const styles = (text.match(/href="\/static\/[^"]+\.css"/g) || []).map((part) => part.slice(6, -1));
  const files = await caches.open(FILES);
  await Promise.all(styles.map((address) => files.add(address)));
  const pages = await caches.open(PAGES);
  await pages.put(OFFLINE, answer);
}

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => /^yitu-(pages|files)-/.test(name) && name !== PAGES && name !== FILES);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function within(limit, ask) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), limit);
  try {
    return await ask(control.signal);
  } finally {
    clearTimeout(timer);
  }
}
