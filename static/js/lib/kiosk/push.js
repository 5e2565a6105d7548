/**
 * Being told that something has changed. The push carries only a growing number; the poll stays the
 * truth. A connection that has fallen silent is made anew: a half-open one looks alive for ever.
 */

const SILENCE_MS = 45000;
const AGAIN_MS = 15000;

export class Push {
  /** `options`: url, EventSource, setTimeout, clearTimeout, random, onNews. */
  constructor(options) {
    this.options = options;
    this.state = options.url && options.EventSource ? "closed" : "none";
    this.number = 0;
    this.source = null;
    this.timer = null;
  }

  start() {
    if (this.state !== "none") {
      this.open();
    }
  }

  open() {
    this.close();
    const source = new this.options.EventSource(this.options.url);
    this.source = source;
    source.addEventListener("version", (event) => this.heard(event.data, true));
    source.addEventListener("tick", (event) => this.heard(event.data, false));
    source.onerror = () => this.failed();
    this.wait(SILENCE_MS);
  }

  /** The first number after connecting is where we stand; a larger one later is news. */
  heard(data, isNews) {
    const number = Number(data);
    this.state = "open";
    this.wait(SILENCE_MS);
    if (number > this.number) {
      const isFirst = this.number === 0;
      this.number = number;
      if (isNews && !isFirst) {
        this.options.onNews();
      }
    }
  }

  failed() {
    this.close();
    this.wait(AGAIN_MS + this.options.random() * AGAIN_MS);
  }

  close() {
    this.state = "closed";
    if (this.source) {
      this.source.close();
      this.source = null;
    }
  }

  wait(ms) {
    this.options.clearTimeout(this.timer);
    this.timer = this.options.setTimeout(() => this.open(), ms);
  }
}
