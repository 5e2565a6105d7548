/**
 * Reloading without ever replacing a readable page by an error: at most three self-made reloads an
 * hour, and each only after the server has answered that it would serve a page now.
 */

const LIMIT = 3;
const HOUR_MS = 3600000;
const TIME_LIMIT_MS = 8000;
const KEY = "yitu-reloads";

export class Reloader {
  /** `options`: url (healthz), fetch, AbortController, setTimeout, clearTimeout, now, box, reload. */
  constructor(options) {
    this.options = options;
    this.isAsking = false;
    this.kept = [];
  }

  /** [{at, reason}] of the last hour. */
  recent() {
    let known = this.kept;
    try {
      known = JSON.parse(this.options.box.getItem(KEY)) || this.kept;
    } catch (error) {
      // A refused storage: this page's own memory then has to do.
    }
    const now = this.options.now();
    return known.filter((one) => Math.abs(now - one.at) < HOUR_MS);
  }

  /** Resolves to "" after asking for the reload, else to why there was none. */
  async ask(reason, build) {
    if (this.isAsking) {
      return "already asking";
    }
    if (this.recent().length >= LIMIT) {
      return "three reloads within the hour";
    }
    this.isAsking = true;
    try {
      const served = await this.served();
      if (!served) {
        return "the server does not answer";
      }
      if (build && served !== build) {
        return `the server would send build ${served}`;
      }
      this.remember(reason);
      this.options.reload();
      return "";
    } finally {
      this.isAsking = false;
    }
  }

  /** The build of the page the server would send now, "" where it cannot be reached. */
  async served() {
    const control = new this.options.AbortController();
    const limit = this.options.setTimeout(() => control.abort(), TIME_LIMIT_MS);
    try {
      const { fetch, url } = this.options;
      const response = await fetch(url, { method: "HEAD", cache: "no-store", signal: control.signal });
      return response.status === 204 || response.status === 200
        ? response.headers.get("X-Yitu-Served") || "" : "";
    } catch (error) {
      return "";
    } finally {
      this.options.clearTimeout(limit);
    }
  }

  remember(reason) {
    this.kept = this.recent().concat([{ at: this.options.now(), reason }]);
    try {
      this.options.box.setItem(KEY, JSON.stringify(this.kept));
    } catch (error) {
      // See recent().
    }
  }
}
