/** The server's time on a box whose own clock may be wrong. */

/**
 * Between two answers time runs by `ticks` (a clock that nobody sets, `performance.now`), so that a
 * box whose date jumps does not jump with it.
 */
export class ServerClock {
  constructor(ticks) {
    this.ticks = ticks;
    this.base = 0;
    this.isSet = false;
  }

  /** The server said `serverNow` (ms) in an answer that took `tookMs`. */
  set(serverNow, tookMs) {
    this.base = serverNow + (tookMs || 0) / 2 - this.ticks();
    this.isSet = true;
  }

  /** Milliseconds of server time. */
  now() {
    return this.base + this.ticks();
  }
}
