/** All that a screen says to the server and hears from it: poll, push, heartbeat, commands, builds. */

import { Commands, playlistOf } from "./commands.js";
import { Heart } from "./beat.js";
import { nightlyReload } from "./night.js";
import { Poller } from "./poll.js";
import { Push } from "./push.js";
import { Reloader } from "./reload.js";
import { bodyOf, drawsGlyphs, newInstance, storageOf } from "./report.js";
import { Shell } from "./shell.js";

const IDENTIFY_MS = 60000;
const HEALTH_SPREAD_MS = 10000;

export class Link {
  /** `screen`: the Screen; `store`: get and set. */
  constructor(screen, store) {
    this.screen = screen;
    this.store = store;
    this.instance = newInstance();
    this.storage = null;
    this.healthy = "";
    this.rehearsed = "";
    this.lastCommand = 0;
    this.nightly = "";
    this.isTryingBuild = "";
    const world = {
      fetch: window.fetch.bind(window),
      AbortController: window.AbortController,
      setTimeout: window.setTimeout.bind(window),
      clearTimeout: window.clearTimeout.bind(window),
      random: Math.random,
      now: () => screen.clock.now(),
    };
    const url = (name) => screen.body.getAttribute(`data-${name}-url`) || "";
    this.reloader = new Reloader(Object.assign({}, world, {
      url: url("health"), box: boxOf(window), reload: () => window.location.reload(),
    }));
    this.shell = new Shell({
      url: url("worker"), build: screen.own.build, navigator, onMessage: (data) => this.remembered(data),
    });
    this.poller = new Poller(Object.assign({}, world, {
      url: url("payload"),
      screen: screen.payload.screen,
      phaseMs: screen.payload.playlist.phase_ms,
      ticks: () => performance.now(),
      onGood: (answer) => screen.guard(() => this.heard(answer)),
      onBad: (reason) => screen.guard(() => this.missed(reason)),
    }));
    this.push = new Push(Object.assign({}, world, {
      url: url("push"), EventSource: window.EventSource, onNews: () => this.poller.hurry(1000),
    }));
    this.heart = url("beat") && !screen.askedAt && !screen.sim ? new Heart(Object.assign({}, world, {
      url: url("beat"),
      report: () => this.report(),
      onCommands: (list) => this.commands.take(list),
      onState: (state) => this.setState(state),
    })) : null;
  }

  async start() {
    const { screen } = this;
    const last = (await this.store.get("command")) || 0;
    this.commands = new Commands({
      now: () => screen.clock.now(),
      last,
      keepLast: (id) => this.store.set("command", id),
      answer: (id, state, detail) => this.heart && this.heart.acknowledge(id, state, detail),
      acts: this.acts(),
    });
    screen.onTick = (now) => this.ticked(now);
    this.startPolling();
    this.push.start();
    if (this.heart) {
      this.heart.start();
    }
    // Nothing waits for the worker: where it never comes, all the rest goes on.
    this.shell.start().then(() => this.shell.keep(screen.payload));
    this.storage = await storageOf(navigator.storage);
  }

  /** Half a minute is all a new build has to show that it is well: it does not wait for its turn. */
  remembered({ kind, memory }) {
    if (kind === "memory" && memory.good && memory.good !== this.screen.own.build && !this.healthy) {
      this.poller.hurry(HEALTH_SPREAD_MS);
    }
  }

  startPolling() {
    this.poller.version = this.screen.payload.version;
    this.poller.start();
    window.addEventListener("online", () => this.poller.hurry(2000));
  }

  isNewHere() {
    return this.shell.memory.good !== this.screen.own.build;
  }

  heard(answer) {
    const { screen } = this;
    screen.heard(answer);
    if (answer.payload) {
      this.shell.keep(screen.payload);
      this.rehearse();
    }
    this.sayHealthy();
    if (answer.command > this.lastCommand && this.heart) {
      this.lastCommand = answer.command;
      this.heart.hurry();
    }
    this.changeBuild(answer);
    this.changeSettings();
  }

  missed(reason) {
    this.screen.errors.add(`poll: ${reason}`);
    this.screen.tick();
    if (this.poller.failures > 1 && !/status|JSON|screen|without|server/.test(reason)) {
      this.sayHealthy(); // drawn, and nobody there to ask: the network's fault, not the build's
    }
  }

  /** A scene stands on the panel and the server was heard: this build is good. */
  sayHealthy() {
    const isDrawn = Boolean(document.querySelector("[data-scene]")) && Boolean(this.screen.view);
    if (isDrawn && !this.screen.sim) {
      this.healthy = this.screen.own.build;
      if (this.isNewHere()) {
        this.shell.healthy().then(() => this.shell.post({ kind: "memory" }));
      }
    }
  }

  /** Towards the build this screen should run, once, if the server would send it now. */
  changeBuild({ build, served }) {
    const isAsked = build && build !== this.screen.own.build && (!served || served === build);
    const isBad = this.shell.memory.bad.indexOf(build) >= 0;
    if (isAsked && !isBad && this.isTryingBuild !== build) {
      this.isTryingBuild = build;
      this.reloader.ask("build", served ? build : "").then((refused) => {
        this.isTryingBuild = refused ? "" : build;
      });
    }
  }

  /** What the server writes into the page (touch or not, the language) needs a new page. */
  changeSettings() {
    const { own, payload } = this.screen;
    const key = (settings) => (settings ? `${settings.has_touch}/${settings.language}` : "");
    if (payload.settings && own.settings && key(payload.settings) !== key(own.settings)) {
      this.reloader.ask("settings");
    }
  }

  /** A rehearsed notice is told at once and never shown. */
  rehearse() {
    const ids = (this.screen.payload.notices || [])
      .filter((one) => one.is_rehearsal).map((one) => one.id).join(",");
    if (ids && ids !== this.rehearsed && this.heart) {
      this.heart.hurry();
    }
    this.rehearsed = ids;
  }

  ticked(now) {
    const { payload } = this.screen;
    const minute = nightlyReload(payload.lobby, payload.settings, now, payload.playlist.phase_ms);
    if (minute && minute !== this.nightly && performance.now() > 3600000) {
      this.nightly = minute;
      this.reloader.ask("nightly");
    }
  }

  setState(state) {
    const line = document.querySelector("[data-revoked]");
    if (line) {
      line.hidden = state !== "revoked";
    }
  }

  acts() {
    return {
      reload: () => this.reloader.ask("command"),
      identify: (argument) => this.identify(argument),
      playlist: (argument) => {
        this.screen.playlist = playlistOf(argument);
        this.store.set("playlist", this.screen.playlist);
        this.screen.tick();
      },
      clear_cache: () => this.clearCache(),
    };
  }

  identify(argument) {
    const part = document.querySelector("[data-identify]");
    part.querySelector("[data-number]").textContent = String(argument).slice(0, 6);
    part.hidden = false;
    setTimeout(() => { part.hidden = true; }, IDENTIFY_MS);
  }

  /** Empties everything, but only while the server can give it anew. */
  async clearCache() {
    if (!(await this.reloader.served())) {
      return "the server does not answer";
    }
    await this.shell.post({ kind: "clear" });
    await this.store.clear();
    return this.reloader.ask("clear_cache");
  }

  report() {
    const { screen } = this;
    const now = screen.clock.now();
    const scene = screen.stage.scene || { kind: "", id: "" };
    const kinds = screen.view ? screen.view.scenes.filter((one) => one.kind === scene.kind) : [];
    const back = this.shell.memory.tookBack;
    const reloads = this.reloader.recent();
    return Object.assign(bodyOf(), {
      instance: this.instance,
      build: screen.own.build,
      version: screen.payload.version,
      shown_at: new Date(now).toISOString(),
      scene: scene.kind,
      page: Math.max(0, kinds.findIndex((one) => one.id === scene.id)),
      pages: Math.max(1, kinds.length),
      visible: screen.stage.visible(),
      notices: (screen.payload.notices || []).map((one) => one.id),
      age_s: Math.max(0, Math.round((now - screen.heardAt) / 1000)),
      level: screen.age.level,
      clock_offset_ms: screen.offset === null ? null : Math.round(screen.offset),
      uptime_s: Math.round(performance.now() / 1000),
      touches: screen.desk ? screen.desk.touches : 0,
      long_frames: screen.frames.long,
      fonts: drawsGlyphs(),
      worker: this.shell.state,
      storage: this.storage,
      push: this.push.state,
      is_still: screen.stage.isStill,
      is_night: screen.look.theme === "night",
      errors: screen.errors.taken(),
      reloads: reloads.length,
      reload_reason: reloads.length ? reloads[reloads.length - 1].reason : "",
      healthy: this.healthy,
      took_back: back ? back.build : "",
      took_back_reason: back ? back.reason : "",
    });
  }
}

/** localStorage, or a stand-in where it is refused. */
function boxOf(page) {
  try {
    return page.localStorage;
  } catch (error) {
    return { getItem: () => null, setItem: () => {} };
  }
}
