/** When which scene is on, by the server's clock. The same as kiosk/playlist.py. */

const MILLIMETRES_AN_INCH = 25.4;
const HEADLINE_SHARE = 0.005;

/** The index of the scene at `now` (ms): floor(seconds / dwell) mod count. */
export function sceneAt(now, dwellS, count) {
  return count ? Math.floor(now / (dwellS * 1000)) % count : 0;
}

/** How much of the present scene's time is over, 0 to 1. */
export function shareShown(now, dwellS) {
  return (now % (dwellS * 1000)) / (dwellS * 1000);
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
