/** The clock of the scenes: the same values as tests/test_playlist.py. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  dwellOf, fingerprint, headlinePx, isNight, textPx, turnAt, untilPoll,
} from "../../static/js/lib/kiosk/playlist.js";

const NOON = Date.parse("2019-06-26T12:00:00+08:00");

test("scenes turn by the clock of the server alone", () => {
  const dwells = [20, 10, 30];
  const at = [0, 19, 20, 29, 30, 59].map((second) => turnAt(NOON + second * 1000, dwells).index);
  assert.deepEqual(at, [0, 0, 1, 1, 2, 2]);
  assert.deepEqual(turnAt(NOON, []), { index: 0, share: 0 });
});

test("the thin line grows from nothing to the turn", () => {
  assert.deepEqual(turnAt(NOON, [20, 40]), { index: 0, share: 0 });
  assert.deepEqual(turnAt(NOON + 50000, [20, 40]), { index: 1, share: 0.75 });
});

test("a scene stays as long as there is to read", () => {
  assert.deepEqual([0, 1, 5, 8, 20].map((cards) => dwellOf(20, cards)), [12, 12, 20, 27, 30]);
});

test("the fingerprint is the server's", () => {
  assert.equal(fingerprint("yiyuan"), 0xcd98b1ae);
  assert.equal(fingerprint("益园"), 0x6602830e);
});

test("the night goes over midnight", () => {
  assert.deepEqual(
    ["21:29", "21:30", "00:00", "06:30"].map((at) => isNight(at, "21:30", "06:30")),
    [false, true, true, false],
  );
  assert.equal(isNight("23:00", "21:00", ""), false);
});

test("the headline is half a percent of the viewing distance", () => {
  assert.equal(Math.round(headlinePx(1920, 1080, 55, 3)), 24);
  assert.equal(Math.round(headlinePx(1080, 1920, 32, 3)), 41);
});

test("the size stays where a scene still holds something", () => {
  assert.equal(textPx(1920, 1080, 55, 1), 1080 * 0.026);
  assert.equal(textPx(1080, 1920, 32, 9), 1080 * 0.042);
  assert.equal(textPx(3840, 2160, 55, 4), 2 * textPx(1920, 1080, 55, 4));
});

test("a screen asks at its own phase of each half minute, never twice at once", () => {
  const at = NOON + 10000;
  assert.equal(untilPoll(at, 30000, 12000), 2000);
  assert.equal(untilPoll(at, 30000, 9000), 29000);
  assert.equal(untilPoll(at, 30000, 10400), 30400);
});
