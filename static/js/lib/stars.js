/** The star on cards: keeps an activity in this browser. And 「读给我听」 beside it, in large type. */

import { has, read, refresh, toggle } from "./favourites.js";

/** @param {HTMLElement} root holds cards, now and after every change of its content */
export function wireStars(root) {
  const storage = storageOrNull();
  if (!storage) {
    return { paint: () => {} };
  }
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-star]");
    if (button) {
      const isKept = toggle(storage, entryOf(button), now());
      show(button, isKept);
      count();
    }
  });
  function paint() {
    const buttons = Array.from(root.querySelectorAll("[data-star]"));
    refresh(storage, buttons.map(entryOf), now());
    buttons.forEach((button) => {
      button.hidden = false;
      show(button, has(storage, button.dataset.id));
    });
    count();
  }
  function count() {
    document.querySelectorAll("[data-favourites]").forEach((link) => {
      const kept = read(storage).length;
      link.hidden = kept === 0;
      link.querySelector("[data-favourites-count]").textContent = String(kept);
    });
  }
  paint();
  return { paint };
}

/** Buttons that read their card aloud, where the browser has a voice. */
export function wireVoices(root) {
  if (!window.speechSynthesis || !window.SpeechSynthesisUtterance) {
    return { paint: () => {} };
  }
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-speak]");
    if (!button) {
      return;
    }
    const wasSpeaking = window.speechSynthesis.speaking;
    window.speechSynthesis.cancel();
    if (!wasSpeaking) {
      const said = new window.SpeechSynthesisUtterance(button.dataset.speak);
      said.lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
      said.rate = 0.9;
      window.speechSynthesis.speak(said);
    }
  });
  const paint = () => root.querySelectorAll("[data-speak]").forEach((button) => {
    button.hidden = false;
  });
  paint();
  return { paint };
}

/** What the star's data says, as favourites.js keeps it. */
function entryOf(button) {
  const { id, title, url, when, where, day, hours, precision, startsAt, endsAt } = button.dataset;
  return { id, title, url, when, where, day, hours, precision, startsAt, endsAt };
}

function show(button, isKept) {
  button.setAttribute("aria-pressed", String(isKept));
  button.title = isKept ? button.dataset.kept : button.dataset.keep;
}

function now() {
  return new Date().toISOString();
}

/** Private windows may refuse storage altogether. */
export function storageOrNull() {
  try {
    return window.localStorage;
  } catch (error) {
    return null;
  }
}
