/** The page says what the server says: the views recorded by tests/test_kiosk.py. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { viewOf } from "../../static/js/lib/kiosk/scenes.js";

const recorded = JSON.parse(readFileSync(new URL("../gold/kiosk_views.json", import.meta.url)));

recorded.cases.forEach(({ payload, views }) => {
  Object.keys(views).forEach((at) => {
    test(`${payload.screen} at ${at} says what the server says`, () => {
      const view = viewOf(payload, Date.parse(at), recorded.words);
      assert.deepEqual(JSON.parse(JSON.stringify(view)), views[at]);
    });
  });
});
