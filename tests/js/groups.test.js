import assert from "node:assert/strict";
import { test } from "node:test";

import { countActivities, freeOffset, groupByPixels } from "../../static/js/lib/groups.js";

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

test("a chip moves aside from a mark that it would hide, and stays when all is taken", () => {
  const at = { x: 100, y: 100 };
  const size = { width: 60, height: 28 };
  const offsets = [[0, 30], [0, -30]];
  assert.deepEqual(freeOffset(at, size, [], offsets, 16), [0, 30]);
  assert.deepEqual(freeOffset(at, size, [{ x: 110, y: 132 }], offsets, 16), [0, -30]);
  const crowd = [{ x: 100, y: 130 }, { x: 100, y: 70 }];
  assert.deepEqual(freeOffset(at, size, crowd, offsets, 16), [0, 30]);
});
