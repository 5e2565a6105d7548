/** When which scene is on, by the server's clock. The same as kiosk/playlist.py. */

const MILLIMETRES_AN_INCH = 25.4;
const HEADLINE_SHARE = 0.005;

/** Whole seconds a scene stays: `baseS` for five cards, less for fewer, more for more. */
export function dwellOf(baseS, cards) {
  return Math.floor((baseS * Math.min(150, Math.max(60, 45 + 11 * cards)) + 50) / 100);
}

/** {index, share} of the scene at `now` (ms): the cycle runs from 1970 on, the same on every screen. */
export function turnAt(now, dwells) {
  const cycle = dwells.reduce((sum, one) => sum + one, 0);
  let at = cycle ? (now / 1000) % cycle : 0;
  for (let index = 0; index < dwells.length; index += 1) {
    if (at < dwells[index]) {
      return { index, share: at / dwells[index] };
    }
    at -= dwells[index];
  }
  return { index: Math.max(0, dwells.length - 1), share: dwells.length ? 1 : 0 };
}

/** 32-bit FNV-1a over UTF-8. */
export function fingerprint(words) {
  const bytes = new TextEncoder().encode(words);
  let value = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += 1) {
    value = Math.imul(value ^ bytes[i], 0x01000193) >>> 0;
  }
  return value;
}

/** "21:30" to "06:30" includes midnight; never night where one of them is not set. */
export function isNight(at, starts, ends) {
  if (!starts || !ends || starts === ends) {
    return false;
  }
  return starts < ends ? starts <= at && at < ends : at >= starts || at < ends;
}

/** The headline's size in pixels: 0.5 % of the viewing distance, on this panel. */
export function headlinePx(width, height, diagonalInch, distanceM) {
  const pixelsAMm = Math.sqrt(width * width + height * height) / (diagonalInch * MILLIMETRES_AN_INCH);
  return distanceM * 1000 * HEADLINE_SHARE * pixelsAMm;
}

/** That size held between 2.6 % and 4.2 % of the short edge: calm, and still holding a scene. */
export function textPx(width, height, diagonalInch, distanceM) {
  const edge = Math.min(width, height);
  const wanted = headlinePx(width, height, diagonalInch, distanceM);
  return Math.min(edge * 0.042, Math.max(edge * 0.026, wanted));
}

/** Milliseconds from `now` (ms) to this screen's next turn to ask. */
export function untilPoll(now, periodMs, phaseMs) {
  const wait = (phaseMs - (now % periodMs) + periodMs) % periodMs;
  return wait < 1000 ? wait + periodMs : wait;
}
