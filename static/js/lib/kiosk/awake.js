/** Keeps the panel on while the page can be seen. Older boxes have no such wish: their system must. */

export function keepAwake(page) {
  const { wakeLock } = page.defaultView.navigator;
  if (!wakeLock) {
    return;
  }
  const ask = () => {
    if (page.visibilityState === "visible") {
      wakeLock.request("screen").catch(() => {});
    }
  };
  page.addEventListener("visibilitychange", ask);
  ask();
}
