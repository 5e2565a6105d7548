/** Residents' pages: installs the service worker, and says so when a page comes out of its store. */

const note = document.querySelector("[data-offline-note]");
const keptAt = document.body.getAttribute("data-kept-at");

if (note && keptAt) {
  const moment = new Date(keptAt).toLocaleString("sv-SE", {
    timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short",
  });
  note.textContent = note.dataset.words.replace("{moment}", moment);
  note.hidden = false;
}
if ("serviceWorker" in navigator && window.isSecureContext) {
  // After everything else: the first view is not to wait for it.
  window.addEventListener("load", () => {
    navigator.serviceWorker.register("/worker.js").catch(() => {});
  });
}
// Back on line: the page is asked for again by whoever looks at it, never under their hands.
window.addEventListener("online", () => {
  if (note && keptAt) {
    note.textContent = note.dataset.online;
  }
});
