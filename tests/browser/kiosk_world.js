/*
 * A world for a lobby screen under a test's hand: its clocks, its timers and its server. Days pass in
 * seconds. Goes into the page before any of its own scripts; `world.advance(ms)` lets time pass.
 */
(function world() {
  const begin = Number(window.worldBegin || 0);
  if (!begin) {
    return;
  }
  const real = {
    setTimeout: window.setTimeout.bind(window), Date: window.Date, fetch: window.fetch.bind(window),
  };
  const timers = new Map();
  let ticks = 0;
  let nextId = 1;

  const add = (act, wait, every) => {
    const id = nextId;
    nextId += 1;
    timers.set(id, { act, due: ticks + Math.max(0, Number(wait) || 0), every });
    return id;
  };
  window.setTimeout = (act, wait) => add(act, wait, 0);
  window.setInterval = (act, wait) => add(act, wait, Math.max(1, wait));
  window.clearTimeout = (id) => { timers.delete(id); };
  window.clearInterval = window.clearTimeout;
  window.requestAnimationFrame = (act) => add(() => act(ticks), 16, 0);
  performance.now = () => ticks;
  window.Date = class extends real.Date {
    constructor(...given) {
      super(...(given.length ? given : [begin + ticks + state.boxOffset]));
    }

    static now() {
      return begin + ticks + state.boxOffset;
    }
  };

  /* --- The server ---------------------------------------------------------------------------- */
  const state = {
    boxOffset: 0, // what the box's own clock is wrong by
    isDown: false, polls: 0, answered: 0, asking: 0, overlaps: 0, samples: [], beats: [], told: [],
    answer: null, // (url) → Response instead of ours
    revision: 0, extra: [], notices: [], build: "",
  };
  const HOURS = [
    ["手机课堂", "09:00", "11:00"], ["社区义诊", "10:00", "11:30"], ["法律咨询", "14:00", "16:30"],
    ["亲子手作", "15:00", "16:30"], ["棋会", "16:00", "17:30"], ["电影", "19:00", "21:00"],
  ];
  const dayOf = (at) => new real.Date(at + 8 * 3600000).toISOString().slice(0, 10);

  function item(day, [title, starts, ends], number) {
    return {
      id: `t${number}-${day.replace(/-/g, "")}${starts.replace(":", "")}`, title, by: "示例社",
      day, starts_at: `${day}T${starts}:00+08:00`, ends_at: `${day}T${ends}:00+08:00`,
      precision: "exact", part: "", hours: `${starts}–${ends}`, status: "scheduled",
      status_words: "", reason: "", is_sure: true, is_routine: number > 3, is_own: true,
      is_near: true, sample: false, campaign: "", find: "shou ji ke tang",
      places: [{
        name: `示例·${number}号楼`, district: "330203", area: "海曙区", note: "", kind: "pin",
        lon: 121.5446 + number * 0.0011, lat: 29.8756 + (number % 3) * 0.0012, radius_m: 20,
        walk_min: 4 + number,
      }],
    };
  }

  function payload(template, now) {
    const items = [];
    for (let ahead = 0; ahead < 14; ahead += 1) {
      const day = dayOf(now + ahead * 86400000);
      HOURS.forEach((row, number) => items.push(item(day, row, number)));
    }
    const today = dayOf(now);
    return Object.assign({}, template, {
      items: items.concat(state.extra), notices: state.notices,
      valid_until: new real.Date(real.Date.parse(`${today}T00:00:00+08:00`) + 14 * 86400000).toISOString(),
      version: `${today}-${state.revision}`, build: state.build || template.build,
      server_now: new real.Date(now).toISOString(), generated_at: new real.Date(now).toISOString(),
    });
  }

  const headers = (template, version) => ({
    "Content-Type": "application/json", "X-Yitu-Screen": template.screen,
    "X-Yitu-Now": new real.Date(begin + ticks).toISOString(), "X-Yitu-Build": state.build || template.build,
    "X-Yitu-Served": state.build || template.build, "X-Yitu-Command": "0", ETag: `"${version}"`,
  });

  state.head = (now) => Object.assign(
    headers(state.template, "x"), now ? { "X-Yitu-Now": now } : {},
  );

  async function serve(url, options) {
    if (state.answer) {
      const given = await state.answer(url, options);
      if (given) {
        return given;
      }
    }
    if (state.isDown) {
      throw new TypeError("Failed to fetch");
    }
    const template = state.template
      || JSON.parse(document.getElementById("payload").textContent);
    state.template = template;
    template.playlist.dwell_s = Number(window.worldDwell || template.playlist.dwell_s);
    const made = payload(template, begin + ticks);
    const asked = (options.headers || {})["If-None-Match"];
    state.answered += 1;
    return asked === `"${made.version}"`
      ? new Response(null, { status: 304, headers: headers(template, made.version) })
      : new Response(JSON.stringify(made), { headers: headers(template, made.version) });
  }

  window.fetch = async (url, options) => {
    const path = String(url.url || url);
    if (/\/beat$/.test(path)) {
      const beat = JSON.parse(options.body);
      state.beats = state.beats.concat([beat]).slice(-5);
      state.told = state.told.concat(beat.errors.map((one) => one.message)).slice(-50);
      return new Response("{\"commands\": []}", { headers: { "Content-Type": "application/json" } });
    }
    if (!/payload\.json/.test(path)) {
      return real.fetch(url, options);
    }
    state.polls += 1;
    state.overlaps += state.asking > 0 ? 1 : 0;
    state.asking += 1;
    try {
      return await Promise.race([serve(path, options), new Promise((resolve, reject) => {
        options.signal.addEventListener("abort", () => reject(new Error("aborted")));
      })]);
    } finally {
      state.asking -= 1;
    }
  };

  /* --- Time ---------------------------------------------------------------------------------- */
  const channel = new MessageChannel();
  const breathe = () => new Promise((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(0);
  });

  function soonest(limit) {
    let best = null;
    timers.forEach((timer, id) => {
      if (timer.due <= limit && (best === null || timer.due < best.due)) {
        best = { id, due: timer.due };
      }
    });
    return best && best.id;
  }

  state.advance = async (ms) => {
    const target = ticks + ms;
    for (let id = soonest(target); id; id = soonest(target)) {
      const timer = timers.get(id);
      ticks = Math.max(ticks, timer.due);
      if (timer.every) {
        timer.due += timer.every;
      } else {
        timers.delete(id);
      }
      const before = state.polls;
      timer.act();
      await Promise.resolve();
      if (state.polls !== before || state.asking) {
        for (let n = 0; n < 4; n += 1) {
          await breathe();
        }
      }
    }
    ticks = target;
    await breathe();
  };

  /** Time passes and nothing happens in it, as while a box sleeps. */
  state.skip = (ms) => {
    ticks += ms;
    timers.forEach((timer) => { timer.due = Math.max(timer.due, ticks); });
  };

  /** What can be seen now. */
  state.seen = () => ({
    at: begin + ticks,
    clock: document.querySelector("[data-text='clock']").textContent,
    date: document.querySelector("[data-text='date']").textContent,
    level: document.querySelector("[data-age]").getAttribute("data-level"),
    kind: document.querySelector("[data-scene]").getAttribute("data-kind"),
    rail: Array.from(document.querySelectorAll(".next")).map((one) => one.getAttribute("data-key")),
    cards: Array.from(document.querySelectorAll("[data-scene] [data-item]"))
      .map((one) => one.getAttribute("data-key")),
    shown: document.querySelector("[data-scene]").innerText.length,
  });

  /** Lets `hours` pass and looks at the end of each. */
  state.hours = async (hours) => {
    for (let hour = 0; hour < hours; hour += 1) {
      await state.advance(3600000);
      state.samples.push(state.seen());
    }
  };

  /** All that went wrong, told to the server or not yet. */
  state.wrong = () => state.told.concat(
    state.screen.errors.taken().map((one) => one.message),
  );
  state.report = () => state.screen.link.report();
  document.addEventListener("yitu-screen", (event) => { state.screen = event.detail; });
  window.world = state;
}());
