/** What a visitor can do at a lobby screen, pure: finding, handing over, reach, and forgetting. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { handOff, isSpelled } from "../../static/js/lib/kiosk/touch/find.js";
import { matrixOf } from "../../static/js/lib/kiosk/touch/qr.js";
import { reachBand } from "../../static/js/lib/kiosk/touch/reach.js";
import { FROZEN, after, isTouched } from "../../static/js/lib/kiosk/touch/state.js";

const PARK = "bei ming dang yuan|ri hu gong yuan";
const NOW = Date.parse("2019-06-26T09:40:00+08:00");

test("a name is found by its initials, in full, or by a mixture, from any syllable on", () => {
  ["rhgy", "rihu", "gongy", "hgyuan", "gy", "bmdy", "beim"].forEach((keys) => {
    assert.equal(isSpelled(PARK, keys), true, keys);
  });
  ["ong", "rg", "yuanri", "x"].forEach((keys) => assert.equal(isSpelled(PARK, keys), false, keys));
});

test("our codes are those of segno, version by version and mask by mask", () => {
  // Each text fills its version: where bits are left, both pad, but not with the same ones.
  JSON.parse(readFileSync(new URL("../gold/qr.json", import.meta.url))).forEach((one) => {
    assert.deepEqual(matrixOf(one.text, one.mask).map((row) => row.join("")), one.rows);
  });
  assert.equal(matrixOf("x".repeat(214)), null);
});

test("controls stand in the low half, within reach where the height is known", () => {
  assert.deepEqual(reachBand(1920, 1080, 55, null), { bottom: 0, height: 540 });
  const low = reachBand(1080, 1920, 55, 10);
  assert.equal(low.bottom > 0 && low.bottom + low.height <= 960, true);
  const high = reachBand(1920, 1080, 55, 150);
  assert.deepEqual(high, { bottom: 0, height: Math.round(1080 * 0.34) });
});

test("the state nobody has touched cannot be changed", () => {
  assert.equal(isTouched(FROZEN), false);
  const found = after(after(FROZEN, "open", "search"), "key", "r");
  assert.deepEqual([found.mode, found.query, isTouched(found)], ["search", "r", true]);
  assert.throws(() => { FROZEN.mode = "list"; });
});

test("the phone opens exactly what is shown", () => {
  const payload = {
    items: [{ id: "abc-201906260100" }],
    lobby: { district: "330203", is_exact: true, lon: 121.5446, lat: 29.8756, is_sample: false },
  };
  const of = (changes) => handOff(Object.assign({}, FROZEN, changes), payload, NOW, "");
  assert.equal(of({ mode: "list", day: "tomorrow" }), "/?district=330203&date=2019-06-27");
  assert.equal(of({ mode: "map" }), "/?near=121.5446%2C29.8756");
  assert.equal(of({ mode: "search", query: "rh" }), "/?q=rh");
  assert.equal(of({ mode: "list", item: "abc-201906260100" }), "/activities/abc/");
});
