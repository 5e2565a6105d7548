/**
 * What stands on the panel: the scene, the three that come next, the tabs, the notices. Touches only
 * what has changed, and keeps nothing that grows.
 */

import { built, fill } from "./fill.js";
import { say } from "./items.js";

const ROOMS = ["widest", "wide", "normal", "tight", "tightest"];
const ENTERING_MS = 200;

export class Stage {
  /** `page`: a document; `words`: the sentences; `onError(message)`. */
  constructor(page, words, onError) {
    this.page = page;
    this.words = words;
    this.onError = onError;
    this.map = null;
    this.templates = {};
    page.querySelectorAll("[data-template]").forEach((one) => {
      this.templates[one.getAttribute("data-template")] = one;
    });
    this.parts = {};
    ["stage", "stage-title", "stage-page", "turn", "tabs", "age", "attribution", "banner", "cover"]
      .forEach((name) => { this.parts[name] = page.querySelector(`[data-${name}]`); });
    this.slots = {
      scene: page.querySelector("[data-slot='scene']"), rail: page.querySelector("[data-slot='rail']"),
    };
    this.clock = page.querySelector(".head__clock");
    this.head = page.querySelector(".head");
    this.shown = { scene: "", rail: "", tabs: "", banner: "", cover: "", head: "" };
    this.scene = null;
    this.rooms = new Map(); // scene id → which of the ROOMS fitted; as many as there are scenes
    this.isStill = false;
  }

  /** Whatever was drawn is drawn again at the next turn. */
  forget() {
    this.shown.scene = "";
    this.rooms.clear();
  }

  showHead(view) {
    this.changed("head", [view.date, view.weekday], () => fill(this.head, view, this.templates));
  }

  showClock(words) {
    if (this.clock.textContent !== words) {
      this.clock.textContent = words;
    }
  }

  /** How much of the scene's time is over, 0 to 1. */
  showShare(share) {
    this.parts.turn.style.transform = `scaleX(${share.toFixed(3)})`;
  }

  showAge(age) {
    const line = this.parts.age;
    if (line.textContent !== age.words) {
      line.textContent = age.words;
    }
    line.setAttribute("data-level", age.level);
    this.page.body.setAttribute("data-age-level", age.level);
  }

  showRail(cards) {
    this.changed("rail", cards, () => {
      this.slots.rail.textContent = "";
      cards.forEach((card) => this.slots.rail.appendChild(built(this.templates, "rail", card)));
      if (!cards.length) {
        this.slots.rail.appendChild(
          this.templates["rail-none"].content.firstElementChild.cloneNode(true),
        );
      }
    });
  }

  /** A line for a notice; the whole panel for one that must be seen. */
  showNotices(view) {
    ["banner", "cover"].forEach((name) => this.changed(name, view[name], () => {
      const part = this.parts[name];
      part.hidden = !view[name];
      this.page.body.toggleAttribute(`data-has-${name}`, Boolean(view[name]));
      if (view[name]) {
        fill(part, view[name], this.templates);
      }
    }));
  }

  /** `scene` with its `key`, a text that differs whenever the scene does. */
  showScene(scene, payload) {
    if (scene.key === this.shown.scene) {
      return;
    }
    this.shown.scene = scene.key;
    this.scene = scene;
    const { stage } = this.parts;
    const isTurn = stage.getAttribute("data-id") !== scene.id;
    stage.setAttribute("data-kind", scene.kind);
    stage.setAttribute("data-id", scene.id);
    this.parts["stage-title"].textContent = scene.title;
    this.parts["stage-page"].textContent = scene.page;
    const fresh = built(this.templates, "scene", scene);
    this.slots.scene.textContent = "";
    this.slots.scene.appendChild(fresh);
    this.fit(fresh, scene.id);
    if (isTurn && !this.isStill) {
      this.enter(fresh);
    }
    if (this.map) {
      this.guard("map", () => this.map.show(scene, payload));
    }
  }

  /** The only thing that moves while it does. */
  enter(fresh) {
    fresh.classList.add("scene--enters");
    setTimeout(() => fresh.classList.remove("scene--enters"), ENTERING_MS + 50);
  }

  guard(name, act) {
    try {
      act();
    } catch (error) {
      this.onError(`${name}: ${error.message}`);
    }
  }

  changed(name, value, act) {
    const key = JSON.stringify(value);
    if (this.shown[name] !== key) {
      this.shown[name] = key;
      act();
    }
  }

  /** As large as fits; what does not fit even small is left out whole, never cut, never scrolled. */
  fit(scene, id) {
    const groups = scene.querySelector("[data-list='groups']");
    const fits = (room) => {
      scene.setAttribute("data-room", ROOMS[room]);
      return groups.scrollHeight <= groups.clientHeight + 1;
    };
    // What fitted the last time is close to what fits now: measuring is the dearest thing here.
    let room = Math.max(0, (this.rooms.get(id) || 0) - 1);
    while (room < ROOMS.length && !fits(room)) {
      room += 1;
    }
    this.rooms.set(id, Math.min(room, ROOMS.length - 1));
    if (room === ROOMS.length) {
      this.leaveOut(scene);
    }
  }

  leaveOut(scene) {
    const line = parseFloat(getComputedStyle(scene).fontSize) * 1.4;
    const floor = scene.getBoundingClientRect().bottom - line;
    scene.querySelectorAll("[data-group]").forEach((group) => {
      const cards = Array.from(group.querySelectorAll("[data-item]"));
      const low = cards.filter((card) => card.getBoundingClientRect().bottom > floor);
      low.forEach((card) => { card.hidden = true; });
      group.hidden = cards.length > 0 && cards.every((card) => card.hidden);
    });
    const count = scene.querySelectorAll("[data-item][hidden]").length;
    scene.setAttribute("data-left-out", count);
    this.sayLeftOut(scene, count);
  }

  /** 另有 n 场, added to what the scene itself had left out. */
  sayLeftOut(scene, count) {
    const lines = Array.from(scene.querySelectorAll(".group__more"));
    const before = lines.reduce((sum, line) => sum + Number((/\d+/.exec(line.textContent) || [0])[0]), 0);
    lines.forEach((line) => { line.hidden = true; });
    const shown = scene.querySelectorAll("[data-group]:not([hidden]) .group__more");
    const last = shown[shown.length - 1];
    if (last) {
      last.hidden = false;
      last.textContent = say(this.words.more, { count: before + count });
    }
  }

  /** One tab a kind, whatever the number of its pages. */
  showTabs(scenes, kind) {
    const tabs = scenes.filter((one, index) => (
      scenes.findIndex((other) => other.kind === one.kind) === index
    ));
    this.changed("tabs", tabs.map((one) => [one.title, one.kind === kind]), () => {
      this.parts.tabs.textContent = "";
      tabs.forEach((one) => {
        const tab = this.page.createElement("li");
        tab.className = "stage__tab";
        tab.textContent = one.title;
        if (one.kind === kind) {
          tab.setAttribute("data-current", "");
        }
        this.parts.tabs.appendChild(tab);
      });
    });
  }

  /** The map is an extra (kiosk-map.js): where it does not come, the cards take its room. */
  adoptMap(map) {
    this.map = map;
    this.parts.attribution.textContent = map.attribution;
    this.page.body.setAttribute("data-has-map", "");
    this.forget();
  }

  /** The ids of the activities that can be read at this moment. */
  visible() {
    const cards = this.slots.scene.querySelectorAll("[data-item]:not([hidden])");
    return Array.from(cards).map((card) => card.getAttribute("data-key")).slice(0, 24);
  }
}
