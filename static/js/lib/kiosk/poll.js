/** Asking the server, again and again, without ever overlapping or giving up. */

import { doubtOf, doubtOfHead } from "./believe.js";
import { untilPoll } from "./playlist.js";

const PERIOD_MS = 30000;
const TIME_LIMIT_MS = 12000;
const BACK_OFF_MS = [30000, 60000, 120000, 300000];

/**
 * `options`: url, screen, phaseMs; fetch, AbortController, setTimeout, clearTimeout, now (server
 * ms), ticks (ms), random; onGood({payload|null, serverNow, build, served, command, tookMs}), onBad(reason).
 */
export class Poller {
  constructor(options) {
    this.options = options;
    this.version = "";
    this.failures = 0;
    this.timer = null;
    this.isAsking = false;
    this.isWanted = false; // something changed while an answer was under way
    this.retryAfterMs = 0;
    this.lastNow = 0; // server time of the last answer that was believed
    this.oldNow = 0; // and of the last one that was thought to be an old copy
  }

  start() {
    this.plan(untilPoll(this.options.now(), PERIOD_MS, this.options.phaseMs));
  }

  /** Ask within `spreadMs`: the network came back, or something has changed. */
  hurry(spreadMs) {
    if (this.isAsking) {
      this.isWanted = true;
    } else {
      this.plan(Math.floor(this.options.random() * spreadMs));
    }
  }

  plan(waitMs) {
    this.options.clearTimeout(this.timer);
    this.timer = this.options.setTimeout(() => this.turn(), waitMs);
  }

  async turn() {
    if (this.isAsking) {
      return;
    }
    this.isAsking = true;
    this.isWanted = false;
    this.retryAfterMs = 0;
    try {
      const answer = await this.ask();
      this.failures = 0;
      this.options.onGood(answer);
    } catch (error) {
      this.failures += 1;
      this.options.onBad(String(error.message || error));
    } finally {
      this.isAsking = false;
      this.plan(this.isWanted ? 1000 : Math.max(this.wait(), this.retryAfterMs));
    }
  }

  /** In step at this screen's own phase; after failures later and later, scattered. */
  wait() {
    if (this.failures < 2) {
      return untilPoll(this.options.now(), PERIOD_MS, this.options.phaseMs);
    }
    const limit = BACK_OFF_MS[Math.min(this.failures - 1, BACK_OFF_MS.length - 1)];
    return limit / 2 + this.options.random() * (limit / 2);
  }

  async ask() {
    const { url, screen, fetch, ticks } = this.options;
    const control = new this.options.AbortController();
    const limit = this.options.setTimeout(() => control.abort(), TIME_LIMIT_MS);
    const asked = ticks();
    try {
      const headers = this.version ? { "If-None-Match": `"${this.version}"` } : {};
      const response = await fetch(url, { headers, signal: control.signal, cache: "no-store" });
      const head = response.headers;
      const doubt = doubtOfHead(
        response.status, head.get("Content-Type"), head.get("X-Yitu-Screen"), screen,
      );
      if (doubt) {
        this.retryAfterMs = secondsOf(head.get("Retry-After")) * 1000;
        throw new Error(doubt);
      }
      const serverNow = Date.parse(head.get("X-Yitu-Now"));
      this.refuseOldCopy(serverNow);
      const payload = response.status === 304 ? null : await this.read(response);
      this.lastNow = serverNow;
      return {
        payload,
        serverNow,
        build: head.get("X-Yitu-Build"),
        served: head.get("X-Yitu-Served"),
        command: Number(head.get("X-Yitu-Command")) || 0,
        tookMs: ticks() - asked,
      };
    } finally {
      this.options.clearTimeout(limit);
    }
  }

  /**
   * A cache on the way gives the same old answer again: its time stands still. A server whose clock
   * was put back is believed as soon as its time is seen to go on.
   */
  refuseOldCopy(serverNow) {
    if (!(serverNow > 0)) {
      throw new Error("without a time");
    }
    if (serverNow <= this.lastNow && !(serverNow > this.oldNow && this.oldNow > 0)) {
      this.oldNow = serverNow;
      throw new Error("an old copy of an answer");
    }
    this.oldNow = 0;
  }

  async read(response) {
    const payload = await response.json();
    const doubt = doubtOf(payload, this.options.screen);
    if (doubt) {
      throw new Error(doubt);
    }
    this.version = payload.version;
    return payload;
  }
}

/** Seconds of a Retry-After, at most ten minutes; 0 where there is none or a date. */
function secondsOf(written) {
  const seconds = Number(written);
  return seconds > 0 ? Math.min(600, seconds) : 0;
}
