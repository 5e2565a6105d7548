/** Asks 「还在看吗？」 when nobody has touched the screen for a while, and then lets it be as before. */

const ASK_AFTER_MS = 45000;
const COUNT_S = 15;

export class Idle {
  /** `options`: setTimeout, clearTimeout, onCount(seconds left, 0 = none is asked), onEnd. */
  constructor(options) {
    this.options = options;
    this.timer = null;
    this.left = 0;
  }

  /** Somebody is there: the time runs from now. */
  touched() {
    this.stop();
    this.timer = this.options.setTimeout(() => this.count(COUNT_S), ASK_AFTER_MS);
  }

  stop() {
    this.options.clearTimeout(this.timer);
    this.timer = null;
    if (this.left) {
      this.left = 0;
      this.options.onCount(0);
    }
  }

  count(left) {
    this.left = left;
    if (left <= 0) {
      this.timer = null;
      this.options.onCount(0);
      this.options.onEnd();
      return;
    }
    this.options.onCount(left);
    this.timer = this.options.setTimeout(() => this.count(left - 1), 1000);
  }
}
