import assert from "node:assert/strict";
import { test } from "node:test";

import { countActivities, groupByPixels } from "../../static/js/lib/groups.js";

test("what stands apart stays apart", () => {
  assert.deepEqual(groupByPixels([{ x: 0, y: 0 }, { x: 100, y: 0 }], 40), [[0], [1]]);
});

test("what would overlap is one group, named by its first", () => {
  const points = [{ x: 10, y: 10 }, { x: 200, y: 10 }, { x: 30, y: 12 }];
  assert.deepEqual(groupByPixels(points, 40), [[0, 2], [1]]);
});

test("a neighbour across a cell border is found, also left of zero", () => {
  assert.deepEqual(groupByPixels([{ x: -1, y: -1 }, { x: 1, y: 1 }], 40), [[0, 1]]);
});

test("an activity at two places of a group counts once", () => {
  assert.equal(countActivities([{ ids: ["a", "b"] }, { ids: ["b"] }]), 2);
});
