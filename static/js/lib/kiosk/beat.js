/** Telling the server how the screen is. Only a paired one is listened to; the others are told so. */

const PERIOD_MS = 60000;
const FIRST_MS = 5000;
const REFUSED_MS = 3600000;
const TIME_LIMIT_MS = 10000;
const BODY_LIMIT = 4000;

export class Heart {
  /**
   * `options`: url, report() (an object), fetch, AbortController, setTimeout, clearTimeout, random,
   * onCommands(list), onState(state): "" | "revoked" | "elsewhere".
   */
  constructor(options) {
    this.options = options;
    this.seq = 0;
    this.timer = null;
    this.isBeating = false;
    this.isWanted = false;
    this.isRefused = false;
    this.acks = [];
  }

  start() {
    this.plan(FIRST_MS);
  }

  /** Something cannot wait for the next minute: a command's end, a rehearsal. */
  hurry() {
    if (this.isRefused) {
      return;
    }
    if (this.isBeating) {
      this.isWanted = true;
    } else {
      this.plan(Math.floor(this.options.random() * 300));
    }
  }

  acknowledge(id, state, detail) {
    this.acks.push({ id, state, detail: String(detail || "").slice(0, 200) });
    this.acks = this.acks.slice(-10);
    this.hurry();
  }

  plan(waitMs) {
    this.options.clearTimeout(this.timer);
    this.timer = this.options.setTimeout(() => this.beat(), waitMs);
  }

  async beat() {
    if (this.isBeating) {
      return;
    }
    this.isBeating = true;
    this.isWanted = false;
    let wait = PERIOD_MS;
    try {
      wait = await this.send();
    } catch (error) {
      // The poll says that the network is gone; the next beat carries everything again.
    } finally {
      this.isBeating = false;
      this.plan(this.isWanted ? 200 : wait);
    }
  }

  async send() {
    const acks = this.acks.slice();
    this.seq += 1;
    const report = Object.assign(this.options.report(), { seq: this.seq, acks });
    const response = await this.post(short(report));
    if (response.status === 401 || response.status === 403) {
      this.isRefused = true;
      this.options.onState(response.status === 403 ? "revoked" : "");
      return REFUSED_MS;
    }
    this.isRefused = false;
    if (response.status === 409) {
      this.options.onState("elsewhere");
      return REFUSED_MS;
    }
    if (response.status !== 200) {
      return PERIOD_MS;
    }
    const body = await response.json();
    this.options.onState("");
    this.acks = this.acks.filter((one) => acks.indexOf(one) < 0);
    if (body && Array.isArray(body.commands)) {
      this.options.onCommands(body.commands);
    }
    return PERIOD_MS;
  }

  async post(body) {
    const control = new this.options.AbortController();
    const limit = this.options.setTimeout(() => control.abort(), TIME_LIMIT_MS);
    try {
      return await this.options.fetch(this.options.url, {
        method: "POST", body, headers: { "Content-Type": "application/json" },
        credentials: "same-origin", cache: "no-store", signal: control.signal,
      });
    } finally {
      this.options.clearTimeout(limit);
    }
  }
}

/** At most BODY_LIMIT bytes: what is long and many is shortened first. */
export function short(report) {
  let body = JSON.stringify(report);
  const cut = Object.assign({}, report);
  while (new TextEncoder().encode(body).length > BODY_LIMIT && (cut.visible || []).length) {
    cut.visible = cut.visible.slice(0, Math.floor(cut.visible.length / 2));
    cut.errors = (cut.errors || []).slice(0, 2);
    body = JSON.stringify(cut);
  }
  return body;
}
