/**
 * The last good programme, in two slots written in turn: a power cut while one is being written
 * leaves the other. `store` is anything with async get(key) and set(key, value).
 */

import { fingerprint } from "./playlist.js";

const SLOTS = ["A", "B"];
const AGAIN_MS = 600000; // the same programme is written again only to say how fresh it is

export class Snapshots {
  constructor(store, name) {
    this.store = store;
    this.name = name;
    this.last = null; // {slot, version, heardAt} of the last one written or read
  }

  key(slot) {
    return `${this.name}/${slot}`;
  }

  /** Keep this payload as heard at `heardAt` (ms, server time). */
  async save(payload, heardAt) {
    const known = this.last;
    if (known && known.version === payload.version && heardAt - known.heardAt < AGAIN_MS) {
      return;
    }
    const slot = known && known.slot === "A" ? "B" : "A";
    this.last = { slot, version: payload.version, heardAt };
    const text = JSON.stringify(payload);
    await this.store.set(this.key(slot), { text, heardAt, sum: fingerprint(text) });
  }

  /** {payload, heardAt, slot} of the newest slot that is whole, or null. */
  async newest() {
    const found = await Promise.all(SLOTS.map((slot) => this.read(slot)));
    const newest = found.filter(Boolean).sort((a, b) => b.heardAt - a.heardAt)[0] || null;
    if (newest) {
      this.last = { slot: newest.slot, version: newest.payload.version, heardAt: newest.heardAt };
    }
    return newest;
  }

  async read(slot) {
    const kept = await this.store.get(this.key(slot));
    if (!kept || typeof kept.text !== "string" || fingerprint(kept.text) !== kept.sum) {
      return null;
    }
    return { payload: JSON.parse(kept.text), heardAt: kept.heardAt, slot };
  }
}
