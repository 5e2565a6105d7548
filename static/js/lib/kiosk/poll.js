/** Asking the server, again and again, without ever overlapping or giving up. */

import { doubtOf, doubtOfHead } from "./believe.js";
import { untilPoll } from "./playlist.js";

const PERIOD_MS = 30000;
const TIME_LIMIT_MS = 12000;
const BACK_OFF_MS = [30000, 60000, 120000, 300000];

/**
 * `options`: url, screen, phaseMs; fetch, AbortController, setTimeout, clearTimeout, now (server
 * ms), ticks (ms), random; onGood({payload|null, serverNow, build, tookMs}), onBad(reason).
 */
export class Poller {
  constructor(options) {
    this.options = options;
    this.version = "";
    this.failures = 0;
    this.timer = null;
    this.isAsking = false;
  }

  start() {
    this.plan(untilPoll(this.options.now(), PERIOD_MS, this.options.phaseMs));
  }

  /** Ask as soon as may be: the network came back. */
  hurry() {
    if (!this.isAsking) {
      this.plan(Math.floor(this.options.random() * 2000));
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
    try {
      const answer = await this.ask();
      this.failures = 0;
      this.options.onGood(answer);
    } catch (error) {
      this.failures += 1;
      this.options.onBad(String(error.message || error));
    } finally {
      this.isAsking = false;
      this.plan(this.wait());
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
        throw new Error(doubt);
      }
      const payload = response.status === 304 ? null : await this.read(response);
      return {
        payload,
        serverNow: Date.parse(head.get("X-Yitu-Now")),
        build: head.get("X-Yitu-Build"),
        tookMs: ticks() - asked,
      };
    } finally {
      this.options.clearTimeout(limit);
    }
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
