/** The lobby screen: what it knows, when it looks, what it does about it. */

import { ageOf } from "./age.js";
import { doubtOf } from "./believe.js";
import { ServerClock } from "./clock.js";
import { Errors } from "./errors.js";
import { clockOf } from "./items.js";
import { driftAt, isClosed, lookAt } from "./night.js";
import { textPx, turnAt } from "./playlist.js";
import { evergreen, viewOf } from "./scenes.js";
import { Snapshots } from "./snapshot.js";
import { Stage } from "./stage.js";
import { Frames, watchFrames } from "./still.js";

const TICK_MS = 15000;
const TURN_MS = 1000;
const STALE = ["offline", "old", "gone"];

export class Screen {
  /** `store`: get and set; `sim`: what a simulation asks for, or null. */
  constructor(body, store, sim) {
    this.body = body;
    this.store = store;
    this.sim = sim;
    this.errors = new Errors();
    this.words = readJson("words");
    this.payload = readJson("payload");
    this.own = { build: this.payload.build, settings: this.payload.settings || null };
    this.askedAt = body.getAttribute("data-asked-at");
    this.clock = new ServerClock(() => performance.now());
    this.clock.set(Date.parse(this.payload.server_now), 0);
    this.heardAt = this.clock.now() - (sim ? sim.age_s * 1000 : 0);
    this.stage = new Stage(document, this.words, (message) => this.errors.add(message));
    this.frames = new Frames();
    this.view = null;
    this.age = { level: "fresh", words: "" };
    this.look = { theme: null, dim: null };
    this.playlist = null; // put in by staff: {scenes, until}
    this.isHeld = false; // a visitor is looking for something: scenes do not turn
    this.offset = null;
    this.snapshots = new Snapshots(store, `${this.payload.screen}@${this.askedAt}`);
    this.desk = null; // visitors' controls, on a panel that feels touch
    this.link = null; // to the server; none in a simulation without network
    this.onTick = () => {};
  }

  /** Server time in ms; stands still in a paused simulation. */
  now() {
    return this.sim && this.sim.is_paused ? Date.parse(readJson("payload").server_now) : this.clock.now();
  }

  async start() {
    this.errors.watch(window);
    this.size();
    window.addEventListener("resize", () => this.size());
    document.addEventListener("yitu-map", (event) => this.guard(() => {
      this.stage.adoptMap(event.detail);
      this.tick();
    }));
    await this.restore();
    this.tick();
    if (!this.sim || !this.sim.is_paused) {
      setInterval(() => this.guard(() => this.tick()), TICK_MS);
      setInterval(() => this.guard(() => this.turn()), TURN_MS);
    }
  }

  /** A scene that fails is left as it stands; the next tick tries again. */
  guard(act) {
    try {
      act();
    } catch (error) {
      this.errors.add(error.message || error);
    }
  }

  size() {
    const settings = this.payload.settings || {};
    const read = (name, attribute) => Number(settings[name] || this.body.getAttribute(attribute));
    const px = textPx(
      window.innerWidth, window.innerHeight,
      read("diagonal_inch", "data-diagonal-inch"), read("viewing_distance_m", "data-distance-m"),
    );
    document.documentElement.style.setProperty("--headline", `${px.toFixed(2)}px`);
    this.stage.forget();
    this.turn();
  }

  /** A page from the store carries the time at which it was stored: the box's clock fills the gap. */
  async restore() {
    if (this.sim) {
      return;
    }
    const kept = await this.store.get("clock");
    if (kept && !this.askedAt && this.body.hasAttribute("data-from-store")) {
      const guess = Date.now() + kept.offset;
      if (guess > this.clock.now()) {
        this.clock.set(guess, 0);
      }
    }
    const newest = await this.snapshots.newest();
    if (newest && newest.heardAt > this.heardAt && !doubtOf(newest.payload, this.payload.screen)) {
      this.payload = newest.payload;
      this.heardAt = newest.heardAt;
      // A box without a battery wakes up in 1970: it is at least as late as when it last heard.
      if (this.clock.now() < this.heardAt) {
        this.clock.set(this.heardAt, 0);
      }
    }
    this.playlist = (await this.store.get("playlist")) || null;
  }

  /** An answer that has been believed. */
  heard(answer) {
    if (!Number.isNaN(answer.serverNow)) {
      this.offset = Date.now() - answer.serverNow;
      if (!this.askedAt) {
        this.clock.set(answer.serverNow, answer.tookMs);
        this.keepOffset(this.clock.now() - Date.now());
      }
    }
    this.heardAt = this.clock.now() - (this.sim ? this.sim.age_s * 1000 : 0);
    if (answer.payload) {
      this.payload = answer.payload;
      this.size();
    }
    if (!this.sim) {
      this.snapshots.save(this.payload, this.heardAt);
    }
    this.tick();
  }

  /** For a start without network; written only when it has changed. */
  keepOffset(offset) {
    if (this.keptOffset === undefined || Math.abs(offset - this.keptOffset) > 2000) {
      this.keptOffset = offset;
      this.store.set("clock", { offset });
    }
  }

  /** Compute everything anew from server time; touch only what changed. */
  tick() {
    const now = this.now();
    const validUntil = Date.parse(this.payload.valid_until);
    this.age = ageOf(this.heardAt, now, validUntil, this.words, this.payload.contact.words);
    this.view = this.viewAt(now, validUntil);
    this.view.scenes.forEach((scene) => { scene.key = JSON.stringify(scene); });
    this.stage.showHead(this.view);
    this.stage.showAge(this.age);
    this.stage.showRail(this.view.rail);
    this.stage.showNotices(this.view);
    this.dim(now);
    this.turn();
    this.onTick(now);
  }

  viewAt(now, validUntil) {
    const isStale = STALE.indexOf(this.age.level) >= 0;
    const payload = this.chosen(now);
    const view = viewOf(payload, now, this.words, isStale, (message) => this.errors.add(message));
    if (now >= validUntil) {
      view.scenes = [Object.assign(evergreen(this.payload, this.words, true), { dwell_s: 60 })];
      view.rail = [];
    }
    return view;
  }

  /** The payload with the playlist staff have put in for a while. */
  chosen(now) {
    if (!this.playlist || now >= this.playlist.until) {
      this.playlist = null;
      return this.payload;
    }
    const playlist = Object.assign({}, this.payload.playlist, { scenes: this.playlist.scenes });
    return Object.assign({}, this.payload, { playlist });
  }

  isClosed(now) {
    return isClosed(this.payload.lobby, this.payload.settings, now);
  }

  /** Dark or dimmed in the closed hours; a few pixels aside each half hour, so that nothing burns in. */
  dim(now) {
    const look = lookAt(this.payload.lobby, this.payload.settings, now, this.sim && this.sim.night);
    if (look.theme !== this.look.theme) {
      document.documentElement.setAttribute("data-theme", look.theme);
      if (this.stage.map) {
        this.stage.map.setTheme(look.theme);
      }
    }
    this.body.setAttribute("data-dim", look.dim);
    this.look = look;
    const drift = driftAt(now, Math.max(1, Math.round(window.innerHeight / 720)));
    this.body.style.transform = `translate(${drift.x}px, ${drift.y}px)`;
  }

  /** The scene whose turn it is, and the thin line that says how long it stays. */
  turn() {
    if (!this.view || this.isHeld) {
      return;
    }
    const now = this.now();
    const { scenes } = this.view;
    const { index, share } = turnAt(now, scenes.map((scene) => scene.dwell_s));
    this.stage.showClock(clockOf(now));
    if (!this.stage.isStill) {
      this.stage.showShare(share);
    }
    const scene = scenes[index];
    const isNew = scene.key !== this.stage.shown.scene;
    this.stage.showScene(scene, this.payload);
    this.stage.showTabs(scenes, scene.kind);
    if (isNew && !this.stage.isStill) {
      watchFrames(window.requestAnimationFrame.bind(window), 12, (ms) => this.judge(ms));
    }
  }

  /** A box on which frames take long moves nothing any more. */
  judge(longestMs) {
    if (document.visibilityState === "visible" && this.frames.add(longestMs)) {
      this.stage.isStill = true;
      this.body.setAttribute("data-still", "");
      this.stage.showShare(0);
    }
  }
}

export function readJson(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
