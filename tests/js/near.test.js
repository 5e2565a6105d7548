import assert from "node:assert/strict";
import { test } from "node:test";

import { isInNingbo, rounded } from "../../static/js/lib/near.js";

test("a position leaves the page rounded to about a hundred metres", () => {
  assert.equal(rounded(121.5445678, 29.8756034), "121.545,29.876");
});

test("Hangzhou is not in Ningbo, 鼓楼 is", () => {
  assert.equal(isInNingbo(120.15, 30.28), false);
  assert.equal(isInNingbo(121.5446, 29.8756), true);
});
