/** `/favourites/`: what this browser keeps, drawn from its own storage; nothing is sent. */

import { clear, current, toggle } from "./lib/favourites.js";
import { calendarOf } from "./lib/reminders.js";
import { storageOrNull } from "./lib/stars.js";

const page = document.querySelector("[data-favourites-page]");
const words = page.dataset;
const storage = storageOrNull();
const list = page.querySelector("[data-list]");

function draw() {
  const kept = storage ? current(storage, Date.parse(words.now)) : [];
  list.textContent = "";
  kept.forEach((one) => list.appendChild(itemOf(one)));
  page.querySelector("[data-none]").hidden = kept.length > 0;
  page.querySelector("[data-some]").hidden = kept.length === 0;
}

function itemOf(one) {
  const item = page.querySelector("template").content.cloneNode(true);
  const link = item.querySelector("[data-title]");
  link.textContent = one.title;
  link.href = one.url;
  item.querySelector("[data-when]").textContent = one.printed || `${one.day} ${one.hours || ""}`;
  item.querySelector("[data-where]").textContent = one.where || "";
  item.querySelector("[data-saved]").textContent = words.saved.replace(
    "{day}", new Date(one.savedAt).toLocaleDateString("sv-SE"),
  );
  item.querySelector("[data-remove]").addEventListener("click", () => {
    toggle(storage, one, "");
    draw();
  });
  return item;
}

page.querySelector("[data-remind]").addEventListener("click", () => {
  const stamp = new Date().toISOString();
  const text = calendarOf(current(storage, Date.parse(words.now)), stamp, window.location.origin);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/calendar;charset=utf-8" }));
  link.download = "yitu-favourites.ics";
  document.body.appendChild(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
page.querySelector("[data-clear]").addEventListener("click", () => {
  clear(storage);
  draw();
});
draw();
document.body.dataset.ready = "true";
