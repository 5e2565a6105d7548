/** What keeps a lobby screen alive and honest: doubt, age, clock, two slots, asking again. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { ageOf } from "../../static/js/lib/kiosk/age.js";
import { doubtOf, doubtOfHead } from "../../static/js/lib/kiosk/believe.js";
import { ServerClock } from "../../static/js/lib/kiosk/clock.js";
import { freePoint, mergedMarks } from "../../static/js/lib/kiosk/marks.js";
import { Poller } from "../../static/js/lib/kiosk/poll.js";
import { fingerprint, untilPoll } from "../../static/js/lib/kiosk/playlist.js";
import { Snapshots } from "../../static/js/lib/kiosk/snapshot.js";

const recorded = JSON.parse(readFileSync(new URL("../gold/kiosk_views.json", import.meta.url)));
const { payload } = recorded.cases[0];
const { words } = recorded;
const NOW = Date.parse("2019-06-26T09:40:00+08:00");
const MINUTE = 60000;

test("only our own answer for this screen is believed", () => {
  assert.equal(doubtOfHead(200, "application/json", "yiyuan", "yiyuan"), "");
  assert.equal(doubtOfHead(304, null, "yiyuan", "yiyuan"), "");
  assert.equal(doubtOfHead(200, "text/html", "yiyuan", "yiyuan"), "not JSON");
  assert.equal(doubtOfHead(200, "text/html", null, "yiyuan"), "not from our server");
  assert.equal(doubtOfHead(502, "text/html", null, "yiyuan"), "status 502");
  assert.equal(doubtOfHead(204, null, "yiyuan", "yiyuan"), "status 204");
});

test("a payload is read before it is believed", () => {
  const doubt = (changes) => doubtOf(Object.assign({}, payload, changes), "yiyuan");
  assert.equal(doubt({}), "");
  assert.equal(doubt({ screen: "demo" }), "for screen demo");
  assert.equal(doubt({ schema: 2 }), "schema 2");
  assert.equal(doubt({ server_now: "soon" }), "times unreadable");
  assert.equal(doubt({ items: [{ id: "a" }] }), "an item is incomplete");
  assert.equal(doubt({ playlist: { scenes: [], dwell_s: 0 } }), "no playlist");
  assert.equal(doubtOf({ ok: true }, "yiyuan").slice(0, 14), "without schema");
  assert.equal(doubtOf(null, "yiyuan"), "not an object");
});

test("the ladder of age says what it means", () => {
  const until = Date.parse(payload.valid_until);
  const said = (age, end) => ageOf(NOW, NOW + age, end || until, words);
  assert.deepEqual(said(2 * MINUTE), { level: "fresh", words: "更新于 09:40" });
  assert.deepEqual(said(4 * MINUTE), {
    level: "reconnecting", words: "正在重新连接 · 更新于 09:40",
  });
  assert.deepEqual(said(40 * MINUTE), {
    level: "offline", words: "网络中断 · 以下为 09:40 的安排",
  });
  assert.equal(said(15 * 60 * MINUTE).words, "网络中断 · 以下为 6月26日 09:40 的安排");
  assert.deepEqual(said(25 * 60 * MINUTE), {
    level: "old", words: "以下为 6月26日 的安排，可能有变，请问工作人员",
  });
  assert.equal(said(MINUTE, NOW).level, "gone");
});

test("a box whose date jumps does not take the screen with it", () => {
  let ticks = 5000;
  const clock = new ServerClock(() => ticks);
  clock.set(NOW, 200);
  ticks += 60000;
  assert.equal(clock.now(), NOW + 100 + 60000);
});

class Box {
  constructor() {
    this.kept = new Map();
  }

  async get(key) {
    return this.kept.get(key);
  }

  async set(key, value) {
    this.kept.set(key, value);
  }
}

test("two slots are written in turn and the newest whole one is read", async () => {
  const box = new Box();
  const snapshots = new Snapshots(box, "yiyuan@");
  assert.equal(await snapshots.newest(), null);
  await snapshots.save({ version: "1" }, 1000);
  await snapshots.save({ version: "2" }, 2000);
  assert.deepEqual((await snapshots.newest()).payload, { version: "2" });
  box.kept.get("yiyuan@/B").text = "{\"version\":2";
  assert.deepEqual((await snapshots.newest()).payload, { version: "1" });
  await snapshots.save({ version: "3" }, 3000);
  assert.deepEqual((await snapshots.newest()).payload, { version: "3" });
  assert.equal(box.kept.size, 2);
});

test("what has not changed is written again only every ten minutes: cards wear out", async () => {
  const box = new Box();
  const snapshots = new Snapshots(box, "yiyuan@");
  await snapshots.save({ version: "1" }, 0);
  await snapshots.save({ version: "1" }, 30000);
  assert.equal(box.kept.size, 1);
  await snapshots.save({ version: "1" }, 600000);
  assert.equal((await snapshots.newest()).heardAt, 600000);
});

/** A network and timers under the test's hand. */
class World {
  constructor(answer) {
    this.answer = answer;
    this.waits = [];
    this.good = [];
    this.bad = [];
    this.headers = [];
    this.limits = 0;
    this.poller = new Poller({
      url: "/kiosk/yiyuan/payload.json",
      screen: "yiyuan",
      phaseMs: 13000,
      AbortController,
      fetch: (url, options) => {
        this.headers.push(options.headers);
        return this.answer(options);
      },
      setTimeout: (act, wait) => {
        if (wait === 12000) {
          this.limits += 1;
          return setTimeout(act, 20);
        }
        this.waits.push(wait);
        return null;
      },
      clearTimeout,
      now: () => NOW,
      ticks: () => 0,
      random: () => 0.5,
      onGood: (answered) => this.good.push(answered),
      onBad: (reason) => this.bad.push(reason),
    });
  }
}

let answers = 0;

function response(status, body, type) {
  answers += 1;
  const head = {
    "content-type": type || "application/json", "x-yitu-screen": "yiyuan",
    "x-yitu-now": new Date(NOW + answers).toISOString(), "x-yitu-build": "b1",
  };
  return {
    status, headers: { get: (name) => head[name.toLowerCase()] || null }, json: async () => body,
  };
}

test("the second time it asks only for what is new, and hears the time anyway", async () => {
  const world = new World(async () => response(200, payload));
  await world.poller.turn();
  world.answer = async () => response(304, null);
  await world.poller.turn();
  assert.deepEqual(world.headers, [{}, { "If-None-Match": `"${payload.version}"` }]);
  assert.equal(world.good[1].payload, null);
  assert.equal(world.good[1].serverNow > world.good[0].serverNow, true);
});

test("after failures it asks later and later, and in step again after the first success", async () => {
  const world = new World(async () => response(503, null));
  for (let n = 0; n < 6; n += 1) {
    await world.poller.turn();
  }
  assert.deepEqual(world.waits.slice(1), [45000, 90000, 225000, 225000, 225000]);
  assert.equal(world.bad[0], "status 503");
  world.answer = async () => response(200, payload);
  await world.poller.turn();
  assert.equal(world.poller.failures, 0);
  assert.equal(world.waits[world.waits.length - 1] <= 31000, true);
});

test("a request that hangs is cut off, and no second one runs beside it", async () => {
  const world = new World((options) => new Promise((resolve, reject) => {
    options.signal.addEventListener("abort", () => reject(new Error("cut off")));
  }));
  const first = world.poller.turn();
  await world.poller.turn();
  await first;
  assert.equal(world.headers.length, 1);
  assert.deepEqual(world.bad, ["cut off"]);
});

test("a portal's page and a truncated answer change nothing", async () => {
  const world = new World(async () => response(200, payload, "text/html"));
  await world.poller.turn();
  world.answer = async () => Object.assign(response(200), {
    json: async () => JSON.parse('{"schema": 1, "scr'),
  });
  await world.poller.turn();
  assert.equal(world.good.length, 0);
  assert.equal(world.bad[0], "not JSON");
  assert.equal(world.poller.version, "");
});

test("a copy from a cache is not believed; a clock that was put back is, once it goes on", async () => {
  const world = new World(async () => response(200, payload));
  await world.poller.turn();
  const at = (ms) => Object.assign(response(200, payload), {
    headers: { get: (name) => ({
      "content-type": "application/json", "x-yitu-screen": "yiyuan",
      "x-yitu-now": new Date(NOW - 3600000 + ms).toISOString(),
    }[name.toLowerCase()] || null) },
  });
  world.answer = async () => at(0);
  await world.poller.turn();
  await world.poller.turn();
  assert.deepEqual(world.bad, ["an old copy of an answer", "an old copy of an answer"]);
  world.answer = async () => at(30000);
  await world.poller.turn();
  assert.equal(world.good.length, 2);
});

test("a thousand screens switched on at once ask at a thousand times", () => {
  const phases = Array.from({ length: 1000 }, (none, n) => fingerprint(`lobby-${n}`) % 30000);
  const asked = new Array(30).fill(0);
  phases.forEach((phase) => {
    asked[Math.floor(((NOW + untilPoll(NOW, 30000, phase)) % 30000) / 1000)] += 1;
  });
  assert.equal(Math.max(...asked) / (1000 / 30) <= 1.5, true);
});

test("numbers that would cover each other stand side by side", () => {
  const spot = (lat, lon) => ({ lat, lon, kind: "pin", name: "甲" });
  const numbered = [
    { spot: spot(0, 0), number: "1", tone: "live" }, { spot: spot(0, 1), number: "2", tone: "plain" },
    { spot: spot(0, 9), number: "3", tone: "plain" },
  ];
  const marks = mergedMarks(numbered, (one) => ({ x: one.lon * 10, y: 0 }), 30);
  assert.deepEqual(marks.map((mark) => mark.numbers.map((one) => one.number)), [["1", "2"], ["3"]]);
});

test("a ring says its minutes where no pin stands", () => {
  const lobby = { lat: 29.875, lon: 121.544 };
  const south = { lat: 29.875 - 0.0026, lon: 121.544 };
  const at = freePoint(lobby, 290, [south]);
  assert.equal(at[0] > 29.875, true);
});
