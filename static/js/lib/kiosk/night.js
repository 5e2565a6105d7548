/** When the lobby is closed, and what the screen then looks like. Pure. */

import { clockOf, dayOf } from "./items.js";
import { isNight } from "./playlist.js";

/**
 * Whether the lobby is closed at `now` (ms). `lobby.night_from`/`night_to` win where they are set;
 * then `settings.hours`; where neither is known it is never closed.
 */
export function isClosed(lobby, settings, now) {
  if (lobby.night_from && lobby.night_to) {
    return isNight(clockOf(now), lobby.night_from, lobby.night_to);
  }
  const hours = settings && settings.hours;
  if (!hours) {
    return false;
  }
  const at = clockOf(now);
  return !spansOn(hours, dayOf(now)).some(([from, to]) => from <= at && at < to);
}

/** [["09:00", "17:30"]] of a day; a holiday's rule before the week's. */
export function spansOn(hours, day) {
  if (hours.open_on && hours.open_on[day]) {
    return hours.open_on[day];
  }
  if ((hours.closed_on || []).indexOf(day) >= 0) {
    return [];
  }
  return hours.weekly[(new Date(Date.parse(day)).getUTCDay() + 6) % 7] || [];
}

/** {theme: "" | "night", dim: "" | "dim" | "dark"} at `now`; `forced` "on" or "off" in a simulation. */
export function lookAt(lobby, settings, now, forced) {
  const chosen = settings || {};
  const closed = forced ? forced === "on" : isClosed(lobby, settings, now);
  if (chosen.theme === "light" && !closed) {
    return { theme: "", dim: "" };
  }
  const look = closed ? chosen.night_look || "dim" : "";
  const isDark = chosen.theme === "dark" || (closed && chosen.theme !== "light");
  return { theme: isDark ? "night" : "", dim: look === "keep" ? "" : look };
}

const RELOAD_FROM = 3 * 60; // minutes after midnight

/**
 * The minute of the planned reload, "2019-06-26T03:17": once a night, in the closed hours, each
 * screen at its own minute. "" where the lobby is open at that time.
 */
export function nightlyReload(lobby, settings, now, phaseMs) {
  const minute = RELOAD_FROM + Math.floor(phaseMs / 500); // 0 to 59 of 30 000 ms
  const clock = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  return clockOf(now) === clock && isClosed(lobby, settings, now) ? `${dayOf(now)}T${clock}` : "";
}

/** Half an hour after which the frame moves by a few pixels: nothing stands still for months. */
export function driftAt(now, stepPx) {
  const turn = Math.floor(now / 1800000) % 8;
  const ring = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1]];
  return { x: ring[turn][0] * stepPx, y: ring[turn][1] * stepPx };
}

