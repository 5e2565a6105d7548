/**
 * What a visitor can do at a screen that feels touch. Everything shown follows from one state; a reset
 * throws the markup away and mounts it anew from the frozen first state, so nothing can be forgotten.
 */

import { cardOf } from "../cards.js";
import { fill } from "../fill.js";
import { say } from "../items.js";
import { found, handOff, listed } from "./find.js";
import { Idle } from "./idle.js";
import { drawn } from "./qr.js";
import { reachBand } from "./reach.js";
import { Speech } from "./speech.js";
import { FROZEN, after, entriesAPage, isTouched } from "./state.js";

const PARTS = ["days", "keys", "list", "detail", "zoom"];

export class Desk {
  /** `screen`: the Screen; `slot`: where the desk is mounted. */
  constructor(screen, slot) {
    this.screen = screen;
    this.slot = slot;
    this.templates = screen.stage.templates;
    this.speech = new Speech(window);
    this.touches = 0;
    this.state = FROZEN;
    this.around = null;
    this.idle = new Idle({
      setTimeout: window.setTimeout.bind(window),
      clearTimeout: window.clearTimeout.bind(window),
      onCount: (left) => this.ask(left),
      onEnd: () => this.reset(),
    });
    slot.addEventListener("click", (event) => this.clicked(event));
    screen.stage.parts.stage.addEventListener("click", (event) => this.clickedMark(event));
    document.addEventListener("pointerdown", () => this.touched(), true);
    window.addEventListener("resize", () => this.place());
    this.reset();
  }

  /** As a fresh start: markup, state, map, voice and time. */
  reset() {
    this.speech.stop();
    this.idle.stop();
    this.slot.textContent = "";
    this.root = this.templates.desk.content.firstElementChild.cloneNode(true);
    this.slot.appendChild(this.root);
    this.place();
    this.show(FROZEN);
  }

  place() {
    const settings = this.screen.payload.settings || {};
    const band = reachBand(
      window.innerWidth, window.innerHeight, Number(settings.diagonal_inch || 55),
      settings.mounting_height_cm,
    );
    const { style } = document.documentElement;
    style.setProperty("--reach-bottom", `${band.bottom}px`);
    style.setProperty("--reach-height", `${band.height}px`);
  }

  touched() {
    this.touches += 1;
    if (isTouched(this.state)) {
      this.idle.touched();
    }
  }

  clicked(event) {
    const control = event.target.closest("[data-act]");
    if (!control || control.disabled) {
      return;
    }
    const act = control.getAttribute("data-act");
    const value = control.getAttribute("data-value");
    const own = {
      stay: () => this.idle.touched(),
      speak: () => this.speech.say(this.spoken()),
      zoom: () => this.screen.stage.map.zoomBy(Number(value)),
      home: () => this.screen.stage.map.home(this.around, this.screen.payload),
      close: () => this.reset(),
    };
    if (own[act]) {
      own[act]();
    } else {
      this.show(after(this.state, act, value));
    }
  }

  /** A number on the map leads to its activity. */
  clickedMark(event) {
    const pin = event.target.closest(".pin");
    if (!pin || this.state.mode !== "map" || !this.around) {
      return;
    }
    const cards = [].concat(...this.around.groups.map((group) => group.cards));
    const card = cards.find((one) => one.number === pin.textContent);
    if (card) {
      this.show(after(this.state, "item", card.key));
    }
  }

  /** Everything that can be seen follows from `state`. */
  show(state) {
    const before = this.state;
    this.state = state;
    this.screen.isHeld = isTouched(state);
    this.root.setAttribute("data-mode", state.mode);
    this.root.setAttribute("data-size", state.size);
    this.root.setAttribute("data-has-item", state.item ? "yes" : "");
    this.part("panel").hidden = state.mode === "rest";
    this.mark("open", state.mode);
    this.mark("day", state.day);
    this.part("size").textContent = `${state.size}%`;
    this.showPanel(state);
    this.showMap(state, before);
    if (this.screen.isHeld) {
      this.idle.touched();
    } else {
      this.idle.stop();
      this.screen.turn();
    }
  }

  showPanel(state) {
    PARTS.forEach((name) => { this.part(name).hidden = true; });
    this.part("code").textContent = "";
    if (state.mode === "rest") {
      return;
    }
    const now = this.screen.now();
    const isItem = Boolean(state.item);
    this.part("days").hidden = state.mode !== "list" || isItem;
    this.part("keys").hidden = state.mode !== "search" || isItem;
    this.part("zoom").hidden = state.mode !== "map" || isItem;
    this.part("query").textContent = state.query.toUpperCase();
    if (isItem) {
      this.showItem(state, now);
    } else if (state.mode !== "map") {
      this.showList(state, now);
    }
    const path = handOff(state, this.screen.payload, now, this.screen.askedAt);
    this.part("code").appendChild(drawn(document, window.location.origin + path));
    this.part("code").setAttribute("data-path", path);
  }

  showList(state, now) {
    const { payload, words } = this.screen;
    const isSearch = state.mode === "search";
    const items = isSearch ? found(payload, now, state.query) : listed(payload, now, state.day);
    this.part("list").hidden = false;
    const size = this.fitting(items, entriesAPage(state.size));
    const pages = Math.max(1, Math.ceil(items.length / size));
    const page = Math.min(state.page, pages - 1);
    this.showEntries(items.slice(page * size, page * size + size), now);
    this.part("none").hidden = items.length > 0 || (isSearch && !state.query);
    this.part("pages").textContent = pages > 1 ? say(words.page, { page: page + 1, pages }) : "";
    const [back, on] = this.root.querySelectorAll("[data-act='turn']");
    back.disabled = page === 0;
    on.disabled = page >= pages - 1;
  }

  /** How many entries fit: measured on the first ones, the same for every page. */
  fitting(items, most) {
    const list = this.part("entries");
    let size = most;
    this.showEntries(items.slice(0, size), this.screen.now());
    while (size > 1 && list.scrollHeight > list.clientHeight + 1) {
      size -= 1;
      this.showEntries(items.slice(0, size), this.screen.now());
    }
    return size;
  }

  showEntries(items, now) {
    const list = this.part("entries");
    list.textContent = "";
    items.forEach((item) => {
      const entry = this.templates["desk-entry"].content.firstElementChild.cloneNode(true);
      fill(entry, cardOf(item, now, this.screen.words), {});
      entry.querySelector("[data-act]").setAttribute("data-value", item.id);
      list.appendChild(entry);
    });
  }

  showItem(state, now) {
    const { payload, words } = this.screen;
    const item = payload.items.find((one) => one.id === state.item);
    this.part("detail").hidden = !item;
    if (item) {
      fill(this.part("facts"), cardOf(item, now, words), {});
      this.part("speak").hidden = !this.speech.canSpeak();
    }
  }

  /** The same map, brought down to where it can be reached. */
  showMap(state, before) {
    const { map } = this.screen.stage;
    const isMap = state.mode === "map";
    if (!map || isMap === (before.mode === "map")) {
      return;
    }
    this.screen.body.toggleAttribute("data-map-open", isMap);
    map.setFree(isMap);
    const scenes = this.screen.view.scenes.filter((one) => one.kind === "around");
    this.around = isMap ? scenes[0] || null : null;
    if (this.around) {
      map.home(this.around, this.screen.payload);
    } else {
      map.leave();
      this.screen.stage.forget();
    }
  }

  spoken() {
    const item = this.screen.payload.items.find((one) => one.id === this.state.item);
    if (!item) {
      return "";
    }
    const card = cardOf(item, this.screen.now(), this.screen.words);
    const said = [card.title, card.when, card.place, card.go, card.verdict, card.note];
    return said.filter(Boolean).join("，");
  }

  ask(left) {
    this.part("asking").hidden = !left;
    this.part("seconds").textContent = left ? String(left) : "";
  }

  part(name) {
    return this.root.querySelector(`[data-part='${name}']`);
  }

  mark(act, value) {
    this.root.querySelectorAll(`[data-act='${act}']`).forEach((one) => {
      one.setAttribute("aria-pressed", one.getAttribute("data-value") === value ? "true" : "false");
    });
  }
}
