import assert from "node:assert/strict";
import { test } from "node:test";

import { Enrolment } from "../../static/js/lib/enrolment.js";

function reply(status, content, headers = {}) {
  return { status, headers: { get: (name) => headers[name] || null }, json: async () => content };
}

function run(answers) {
  const seen = { codes: [], states: [], waits: [], asked: [], address: "" };
  const enrolment = new Enrolment({
    enrolUrl: "/enrol", statusUrl: "/status", size: { width: 1920, height: 1080 },
    fetch: async (url, options) => {
      seen.asked.push([url, (options.headers || {}).Authorization || ""]);
      const next = answers.shift();
      if (next instanceof Error) { throw next; }
      return next;
    },
    wait: async (ms) => { seen.waits.push(ms); },
    random: () => 0,
    onCode: (code) => seen.codes.push(code),
    onState: (state) => seen.states.push(state),
    onPaired: (address) => { seen.address = address; },
  });
  return enrolment.run().then(() => seen);
}

const offer = (code) => reply(201, { code, secret: `of-${code}`, poll_s: 5 });

test("shows a code, waits, goes on to the screen", async () => {
  const seen = await run([
    offer("BCDF-GHJK"), reply(200, { state: "waiting" }),
    reply(200, { state: "paired", address: "/kiosk/yiyuan/" }),
  ]);
  assert.deepEqual(seen.codes, ["BCDF-GHJK"]);
  assert.equal(seen.address, "/kiosk/yiyuan/");
  assert.deepEqual(seen.asked[1], ["/status", "Bearer of-BCDF-GHJK"]);
  assert.deepEqual(seen.states, ["waiting", "waiting", "paired"]);
});

test("an expired code is replaced, a busy server left alone, a cut line borne", async () => {
  const seen = await run([
    reply(429, {}, { "Retry-After": "60" }), new TypeError("cut"), offer("A"), reply(410, {}),
    offer("B"), reply(429, {}), new TypeError("cut"),
    reply(200, { state: "paired", address: "/kiosk/x/" }),
  ]);
  assert.deepEqual(seen.codes, ["A", "B"]);
  assert.deepEqual(seen.waits, [60000, 10000, 5000, 5000, 10000, 10000]);
});
