import assert from "node:assert/strict";
import { test } from "node:test";

import { current, has, read, refresh, toggle } from "../../static/js/lib/favourites.js";
import { calendarOf } from "../../static/js/lib/reminders.js";

function drawer() {
  const kept = new Map();
  return {
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, value) => kept.set(key, value),
  };
}

const FAIR = {
  id: "abcd2345", title: "公益集市", url: "/activities/abcd2345/", where: "日湖公园", day: "2019-06-29",
  hours: "13:30–16:00", precision: "exact",
  startsAt: "2019-06-29T13:30:00+08:00", endsAt: "2019-06-29T16:00:00+08:00",
};
const TALK = {
  id: "efgh2345", title: "讲座", url: "/activities/efgh2345/", where: "月湖", day: "2019-06-28",
  hours: "下午", precision: "part_of_day",
  startsAt: "2019-06-28T12:00:00+08:00", endsAt: "2019-06-28T18:00:00+08:00",
};
const NOW = "2019-06-26T01:40:00.000Z";

test("a star keeps an activity, and a second tap lets it go", () => {
  const storage = drawer();
  assert.equal(toggle(storage, FAIR, NOW), true);
  assert.equal(has(storage, FAIR.id), true);
  assert.equal(toggle(storage, FAIR, NOW), false);
  assert.deepEqual(read(storage), []);
});

test("what is kept is sorted by when it begins, and forgotten a month after its end", () => {
  const storage = drawer();
  toggle(storage, FAIR, NOW);
  toggle(storage, TALK, NOW);
  assert.deepEqual(current(storage, Date.parse(NOW)).map((one) => one.title), ["讲座", "公益集市"]);
  assert.deepEqual(current(storage, Date.parse("2019-07-28T12:00:00Z")).map((one) => one.title), [
    "公益集市",
  ]);
  assert.equal(read(storage).length, 1);
});

test("a page that shows a kept activity brings it up to date", () => {
  const storage = drawer();
  toggle(storage, FAIR, NOW);
  refresh(storage, [Object.assign({}, FAIR, { where: "月湖公园" })], "2019-06-27T00:00:00.000Z");
  assert.equal(read(storage)[0].where, "月湖公园");
  assert.equal(read(storage)[0].savedAt, "2019-06-27T00:00:00.000Z");
});

test("a full or refused storage keeps nothing and breaks nothing", () => {
  const refusing = {
    getItem: () => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("denied");
    },
  };
  assert.deepEqual(read(refusing), []);
  assert.equal(toggle(refusing, FAIR, NOW), false);
  const strange = drawer();
  strange.setItem("yitu.favourites", "{not json");
  assert.deepEqual(read(strange), []);
});

test("printed hours remind an hour before, a day without hours the evening before", () => {
  const text = calendarOf([FAIR, TALK], NOW, "https://map.example.org");
  assert.match(text, /DTSTART:20190629T053000Z\r\nDTEND:20190629T080000Z/);
  assert.match(text, /DTSTART;VALUE=DATE:20190628\r\nSUMMARY:下午 讲座/);
  assert.deepEqual(text.match(/TRIGGER:.*/g), ["TRIGGER:-PT1H", "TRIGGER:-PT6H"]);
});

test("no line of a calendar is longer than 75 octets", () => {
  const long = Object.assign({}, FAIR, { title: "很长的名称，有逗号；还有分号".repeat(9) });
  calendarOf([long], NOW, "https://map.example.org").split("\r\n").forEach((line) => {
    assert.ok(Buffer.byteLength(line) <= 75, line);
  });
});
