/** Whether this box is too weak to move anything: judged by its frames while a scene enters. Pure. */

const LONG_MS = 100;
const ASKED = 5;
const TOO_MANY = 3;

export class Frames {
  constructor() {
    this.turns = [];
    this.long = 0;
    this.isStill = false;
  }

  /** The longest gap between two frames of one turn, in ms. Once still, always still. */
  add(longestMs) {
    const isLong = longestMs > LONG_MS;
    this.long += isLong ? 1 : 0;
    this.turns = this.turns.concat([isLong]).slice(-ASKED);
    if (this.turns.filter(Boolean).length >= TOO_MANY) {
      this.isStill = true;
    }
    return this.isStill;
  }
}

/** Watches the next `count` frames; tells the longest gap. */
export function watchFrames(request, count, tell) {
  let last = null;
  let longest = 0;
  let left = count;
  const step = (at) => {
    if (last !== null) {
      longest = Math.max(longest, at - last);
    }
    last = at;
    left -= 1;
    if (left > 0) {
      request(step);
    } else {
      tell(longest);
    }
  };
  request(step);
}
