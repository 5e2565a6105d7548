/** What went wrong on this page, counted and short, until it has been told. */

const LIMIT = 5;

export class Errors {
  constructor() {
    this.counts = new Map();
  }

  add(message) {
    const words = String(message).slice(0, 300);
    if (this.counts.has(words) || this.counts.size < LIMIT) {
      this.counts.set(words, (this.counts.get(words) || 0) + 1);
    }
  }

  watch(target) {
    target.addEventListener("error", (event) => {
      if (event.message) {
        this.add(`${event.message} (${String(event.filename || "").split("/").pop()}:${event.lineno})`);
      }
    });
    target.addEventListener("unhandledrejection", (event) => {
      this.add((event.reason && event.reason.message) || event.reason);
    });
  }

  /** [{message, count}]; counting begins anew. */
  taken() {
    const list = Array.from(this.counts, ([message, count]) => ({ message, count }));
    this.counts.clear();
    return list;
  }
}
