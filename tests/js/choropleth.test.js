import assert from "node:assert/strict";
import { test } from "node:test";

import { areaOf, neighbour, toggled, withArea } from "../../static/js/lib/choropleth.js";

const page = "http://127.0.0.1:8000/planner/?group=age_60_plus&category=health";

test("an open area is part of the address and the question stays", () => {
  const opened = withArea(page, "330225");
  assert.equal(areaOf(opened), "330225");
  assert.match(opened, /group=age_60_plus&category=health&area=330225$/);
  assert.equal(withArea(opened, ""), page);
  assert.equal(areaOf(page), "");
});

test("a second click on the same area closes it", () => {
  assert.equal(toggled("", "330225"), "330225");
  assert.equal(toggled("330203", "330225"), "330225");
  assert.equal(toggled("330225", "330225"), "");
});

test("arrow keys walk in the order of the table and stop at its ends", () => {
  const order = ["330205", "330203", "330281"];
  assert.equal(neighbour(order, "330205", "ArrowDown"), "330203");
  assert.equal(neighbour(order, "330203", "ArrowUp"), "330205");
  assert.equal(neighbour(order, "330281", "ArrowDown"), "");
  assert.equal(neighbour(order, "330205", "ArrowUp"), "");
  assert.equal(neighbour(order, "330203", "End"), "330281");
  assert.equal(neighbour(order, "330281", "Home"), "330205");
  assert.equal(neighbour(order, "330203", "Enter"), "");
  assert.equal(neighbour(order, "elsewhere", "ArrowDown"), "");
});
