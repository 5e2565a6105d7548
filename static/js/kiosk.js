/** The lobby screen: one entry. It never leaves the page blank, whatever fails. */

import { ageOf } from "./lib/kiosk/age.js";
import { doubtOf } from "./lib/kiosk/believe.js";
import { ServerClock } from "./lib/kiosk/clock.js";
import { built, fill } from "./lib/kiosk/fill.js";
import { clockOf, say } from "./lib/kiosk/items.js";
import { isNight, sceneAt, shareShown, textPx } from "./lib/kiosk/playlist.js";
import { Poller } from "./lib/kiosk/poll.js";
import { evergreen, viewOf } from "./lib/kiosk/scenes.js";
import { keepOffline, register } from "./lib/kiosk/shell.js";
import { Snapshots } from "./lib/kiosk/snapshot.js";
import { browserStore } from "./lib/kiosk/store.js";

const TICK_MS = 15000;
const TURN_MS = 1000;
const ROOMS = ["widest", "wide", "normal", "tight", "tightest"];

class Screen {
  constructor(body) {
    this.body = body;
    this.words = readJson("words");
    this.payload = readJson("payload");
    this.askedAt = body.getAttribute("data-asked-at");
    this.clock = new ServerClock(() => performance.now());
    this.clock.set(Date.parse(this.payload.server_now), 0);
    this.heardAt = this.clock.now();
    this.templates = {};
    document.querySelectorAll("[data-template]").forEach((one) => {
      this.templates[one.getAttribute("data-template")] = one;
    });
    this.shown = { scene: "", rail: "", tabs: "" };
    this.map = null;
    this.view = null;
    this.snapshots = new Snapshots(browserStore, `${this.payload.screen}@${this.askedAt}`);
    document.addEventListener("yitu-map", (event) => this.guard(() => this.adoptMap(event.detail)));
  }

  async start() {
    this.size();
    window.addEventListener("resize", () => this.size());
    ["contextmenu", "dragstart"].forEach((name) => {
      document.addEventListener(name, (event) => event.preventDefault());
    });
    await this.restoreClock();
    await this.restoreProgramme();
    this.tick();
    setInterval(() => this.guard(() => this.tick()), TICK_MS);
    setInterval(() => this.guard(() => this.turn()), TURN_MS);
    this.startPolling();
    await loaded();
    this.listenToTheWorker();
    register(this.body.getAttribute("data-worker-url"));
    keepOffline(this.payload);
  }

  /** A scene that fails is left as it stands; the next tick tries again. */
  guard(act) {
    try {
      act();
    } catch (error) {
      this.lastError = String(error);
    }
  }

  size() {
    const px = textPx(
      window.innerWidth, window.innerHeight,
      Number(this.body.getAttribute("data-diagonal-inch")),
      Number(this.body.getAttribute("data-distance-m")),
    );
    document.documentElement.style.setProperty("--headline", `${px.toFixed(2)}px`);
  }

  /** A page from the store carries the time at which it was stored: the box's clock fills the gap. */
  async restoreClock() {
    const kept = this.askedAt ? null : await browserStore.get("clock");
    if (kept && this.isOldPage()) {
      const guess = Date.now() + kept.offset;
      if (guess > this.clock.now()) {
        this.clock.set(guess, 0);
      }
    }
  }

  /** True where the worker served this page from its store. */
  isOldPage() {
    return this.body.hasAttribute("data-from-store");
  }

  async restoreProgramme() {
    const kept = await this.snapshots.newest();
    if (kept && kept.heardAt > this.heardAt && !doubtOf(kept.payload, this.payload.screen)) {
      this.payload = kept.payload;
      this.heardAt = kept.heardAt;
    }
  }

  listenToTheWorker() {
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.addEventListener("message", (event) => {
        this.body.setAttribute("data-offline-start", event.data.message);
      });
    }
  }

  startPolling() {
    this.poller = new Poller({
      url: this.body.getAttribute("data-payload-url"),
      screen: this.payload.screen,
      phaseMs: this.payload.playlist.phase_ms,
      fetch: window.fetch.bind(window),
      AbortController: window.AbortController,
      setTimeout: window.setTimeout.bind(window),
      clearTimeout: window.clearTimeout.bind(window),
      now: () => this.clock.now(),
      ticks: () => performance.now(),
      random: Math.random,
      onGood: (answer) => this.guard(() => this.heard(answer)),
      onBad: (reason) => { this.lastError = reason; this.guard(() => this.tick()); },
    });
    this.poller.version = this.payload.version;
    this.poller.start();
    window.addEventListener("online", () => this.poller.hurry());
  }

  heard(answer) {
    if (!this.askedAt && !Number.isNaN(answer.serverNow)) {
      this.clock.set(answer.serverNow, answer.tookMs);
      browserStore.set("clock", { offset: this.clock.now() - Date.now() });
    }
    this.heardAt = this.clock.now();
    if (answer.payload) {
      this.payload = answer.payload;
      keepOffline(this.payload);
    }
    this.snapshots.save(this.payload, this.heardAt);
    this.tick();
    this.changeBuild(answer.build);
  }

  /** A new build is fetched once, only right after the server was heard, never twice in a row. */
  changeBuild(build) {
    if (!build || build === readJson("payload").build) {
      return;
    }
    const tried = sessionStorage.getItem("yitu-build");
    if (tried !== build) {
      sessionStorage.setItem("yitu-build", build);
      window.location.reload();
    }
  }

  /** Compute everything anew from server time; touch only what changed. */
  tick() {
    const now = this.clock.now();
    const validUntil = Date.parse(this.payload.valid_until);
    const view = viewOf(this.payload, now, this.words);
    if (now >= validUntil) {
      view.scenes = [evergreen(this.payload, this.words, true)];
      view.rail = [];
    }
    this.view = view;
    fill(document.querySelector(".head"), view, this.templates);
    const age = ageOf(this.heardAt, now, validUntil, this.words);
    const line = document.querySelector("[data-age]");
    line.textContent = age.words;
    line.setAttribute("data-level", age.level);
    this.body.setAttribute("data-age-level", age.level);
    this.dim(now);
    this.showRail(view.rail);
    this.turn();
  }

  dim(now) {
    const lobby = this.payload.lobby;
    const theme = isNight(clockOf(now), lobby.night_from, lobby.night_to) ? "night" : "";
    if (theme !== (document.documentElement.getAttribute("data-theme") || "")) {
      document.documentElement.setAttribute("data-theme", theme);
      if (this.map) {
        this.map.setTheme(theme);
      }
    }
  }

  showRail(cards) {
    const key = JSON.stringify(cards);
    if (key === this.shown.rail) {
      return;
    }
    this.shown.rail = key;
    const list = document.querySelector("[data-slot='rail']");
    list.textContent = "";
    cards.forEach((card) => list.appendChild(built(this.templates, "rail", card)));
    if (!cards.length) {
      list.appendChild(this.templates["rail-none"].content.firstElementChild.cloneNode(true));
    }
  }

  /** The scene whose turn it is, and the thin line that says how long it stays. */
  turn() {
    if (!this.view) {
      return;
    }
    const now = this.clock.now();
    const dwell = this.payload.playlist.dwell_s;
    const scene = this.view.scenes[sceneAt(now, dwell, this.view.scenes.length)];
    const clock = document.querySelector("[data-text='clock']");
    clock.textContent = clockOf(now);
    document.querySelector("[data-turn]").style.transform = `scaleX(${shareShown(now, dwell).toFixed(3)})`;
    const key = JSON.stringify(scene);
    if (key !== this.shown.scene) {
      this.shown.scene = key;
      this.showScene(scene);
    }
  }

  showScene(scene) {
    const stage = document.querySelector("[data-stage]");
    const slot = document.querySelector("[data-slot='scene']");
    const isTurn = stage.getAttribute("data-kind") !== scene.kind;
    stage.setAttribute("data-kind", scene.kind);
    document.querySelector("[data-stage-title]").textContent = scene.title;
    const fresh = built(this.templates, "scene", scene);
    if (isTurn) {
      fresh.classList.add("scene--enters");
    }
    slot.textContent = "";
    slot.appendChild(fresh);
    this.fit(fresh);
    this.showTabs(scene.kind);
    if (this.map) {
      this.map.show(scene, this.payload);
    }
  }

  /** As large as fits; what does not fit even small is left out whole, never cut, never scrolled. */
  fit(scene) {
    const isTooLong = () => {
      const groups = scene.querySelector("[data-list='groups']");
      return groups.scrollHeight > groups.clientHeight + 1;
    };
    const found = ROOMS.some((room) => {
      scene.setAttribute("data-room", room);
      return !isTooLong();
    });
    if (!found) {
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

  showTabs(kind) {
    const key = JSON.stringify(this.view.scenes.map((one) => [one.title, one.kind === kind]));
    if (key === this.shown.tabs) {
      return;
    }
    this.shown.tabs = key;
    const list = document.querySelector("[data-tabs]");
    list.textContent = "";
    this.view.scenes.forEach((one) => {
      const tab = document.createElement("li");
      tab.className = "stage__tab";
      tab.textContent = one.title;
      if (one.kind === kind) {
        tab.setAttribute("data-current", "");
      }
      list.appendChild(tab);
    });
  }

  /** The map is an extra (kiosk-map.js): where it does not come, the cards take its room. */
  adoptMap(map) {
    this.map = map;
    document.querySelector("[data-attribution]").textContent = map.attribution;
    this.body.setAttribute("data-has-map", "");
    this.shown.scene = "";
    this.turn();
  }
}

/** All scripts have run, the map's too, whether it succeeded or not. */
function loaded() {
  return new Promise((resolve) => {
    if (document.readyState === "complete") {
      resolve();
    } else {
      window.addEventListener("load", resolve);
    }
  });
}

function readJson(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

const screen = new Screen(document.body);
screen.start().then(() => document.body.setAttribute("data-ready", ""));
