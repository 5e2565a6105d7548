/**
 * The last good programme, in two slots written in turn: a power cut while one is being written
 * leaves the other. `store` is anything with async get(key) and set(key, value).
 */

import { fingerprint } from "./playlist.js";

const SLOTS = ["A", "B"];

export class Snapshots {
  constructor(store, name) {
    this.store = store;
    this.name = name;
    this.last = null;
  }

  key(slot) {
    return `${this.name}/${slot}`;
  }

  /** Keep this payload as heard at `heardAt` (ms, server time). */
  async save(payload, heardAt) {
    const newest = await this.newest();
    const slot = newest && newest.slot === "A" ? "B" : "A";
    const text = JSON.stringify(payload);
    await this.store.set(this.key(slot), { text, heardAt, sum: fingerprint(text) });
  }

  /** {payload, heardAt, slot} of the newest slot that is whole, or null. */
  async newest() {
    const found = await Promise.all(SLOTS.map((slot) => this.read(slot)));
    return found.filter(Boolean).sort((a, b) => b.heardAt - a.heardAt)[0] || null;
  }

  async read(slot) {
    const kept = await this.store.get(this.key(slot));
    if (!kept || typeof kept.text !== "string" || fingerprint(kept.text) !== kept.sum) {
      return null;
    }
    return { payload: JSON.parse(kept.text), heardAt: kept.heardAt, slot };
  }
}
