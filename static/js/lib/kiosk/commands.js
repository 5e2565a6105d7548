/** What staff ask of the screen: each once, never after its time, and always answered. */

export class Commands {
  /** `options`: now (server ms), last (largest id carried out), keepLast(id), answer(id, state, detail), acts. */
  constructor(options) {
    this.options = options;
    this.last = options.last || 0;
  }

  /** `list`: [{id, kind, argument, expires_at}]. */
  async take(list) {
    const fresh = list.filter((one) => one.id > this.last).sort((a, b) => a.id - b.id);
    for (let i = 0; i < fresh.length; i += 1) {
      await this.carryOut(fresh[i]); // eslint-disable-line no-await-in-loop
    }
  }

  async carryOut(command) {
    const { now, keepLast, answer, acts } = this.options;
    this.last = command.id;
    keepLast(command.id);
    if (!(Date.parse(command.expires_at) > now())) {
      answer(command.id, "expired");
      return;
    }
    if (!acts[command.kind]) {
      answer(command.id, "failed", `unknown: ${command.kind}`);
      return;
    }
    try {
      const detail = await acts[command.kind](command.argument, command);
      answer(command.id, detail ? "failed" : "done", detail);
    } catch (error) {
      answer(command.id, "failed", error.message);
    }
  }
}

/** A playlist put in by staff: {scenes, until} or null. It ends by itself. */
export function playlistOf(argument) {
  const wanted = typeof argument === "string" ? JSON.parse(argument) : argument;
  if (!wanted || !Array.isArray(wanted.scenes) || !wanted.scenes.length) {
    return null;
  }
  const until = Date.parse(wanted.until);
  return Number.isNaN(until) ? null : { scenes: wanted.scenes.map(String), until };
}
