/** The planner's scripts: what a form asks, and where a dropped place lies. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf } from "../../static/js/lib/page-swap.js";
import { groundOf, moveOf, placeText, withPlace } from "../../static/js/lib/what-if.js";

const BASE = "https://yitu.example/planner/?old=1#x";

test("a form asks only with what was filled in, and dates only when they are chosen", () => {
  const fields = [
    ["group", "total"],
    ["category", ""],
    ["period", "last90"],
    ["from", "2019-06-24"],
    ["reach", "gb500"],
    ["radius", "500"],
  ];
  assert.equal(
    addressOf(BASE, fields),
    "https://yitu.example/planner/?group=total&period=last90&reach=gb500",
  );
});

test("own dates and an own radius are kept", () => {
  const fields = [
    ["period", "dates"],
    ["from", "2019-06-24"],
    ["reach", "own"],
    ["radius", "750"],
  ];
  assert.equal(
    addressOf(BASE, fields),
    "https://yitu.example/planner/?period=dates&from=2019-06-24&reach=own&radius=750",
  );
});

const FRAME = { west: 120.9, north: 30.4, shrink: 0.867, scale: 600, margin: 12 };

test("the margin's corner is the frame's corner", () => {
  assert.deepEqual(groundOf(FRAME, 12, 12), { lon: 120.9, lat: 30.4 });
});

test("a place is written as longitude, latitude with four digits", () => {
  assert.equal(placeText(groundOf(FRAME, 350, 330)), "121.5498,29.8700");
});

test("a dropped place joins the others and ends a suggestion", () => {
  const first = withPlace("https://yitu.example/planner/whatif/?suggest=3", "121.5,29.9");
  assert.equal(new URL(first).search, "?sites=121.5%2C29.9");
  const second = new URL(withPlace(first, "121.6,29.8"));
  assert.equal(second.searchParams.get("sites"), "121.5,29.9;121.6,29.8");
});

test("arrow keys move the cross, Shift farther, other keys not", () => {
  assert.deepEqual(moveOf("ArrowUp", false), [0, -6]);
  assert.deepEqual(moveOf("ArrowRight", true), [60, 0]);
  assert.equal(moveOf("a", false), null);
});
