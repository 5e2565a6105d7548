import assert from "node:assert/strict";
import { test } from "node:test";

import { step } from "../../static/js/lib/suggest.js";

test("arrows walk through the names and back to the field", () => {
  assert.equal(step("ArrowDown", -1, 3), 0);
  assert.equal(step("ArrowDown", 2, 3), -1);
  assert.equal(step("ArrowUp", -1, 3), 2);
  assert.equal(step("ArrowUp", 0, 3), -1);
});
