/** A page that answers its own links and forms in place. The address stays the state. */

/**
 * The address a form asks, with its filled fields only.
 *
 * @param {string} base absolute address of the form's action
 * @param {Iterable<[string, string]>} fields as FormData gives them
 * @returns {string}
 */
export function addressOf(base, fields) {
  const url = new URL(base);
  url.search = "";
  url.hash = "";
  for (const [name, value] of fields) {
    if (value !== "") {
      url.searchParams.append(name, value);
    }
  }
  if (url.searchParams.get("period") !== "dates") {
    url.searchParams.delete("from");
    url.searchParams.delete("to");
  }
  if (url.searchParams.get("reach") !== "own") {
    url.searchParams.delete("radius");
  }
  return url.href;
}

/** Asks one address at a time: the latest wins, older answers are dropped. */
export class Swapper {
  /** @param {HTMLElement} main what is replaced; the answer holds the same by data-swap */
  constructor(main) {
    this.main = main;
    this.request = 0;
  }

  /** Show another address in place. Resolves to whether it was shown. */
  async show(href, { push = true, focus = "" } = {}) {
    this.request += 1;
    const mine = this.request;
    this.main.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(href, { headers: { Accept: "text/html" } });
      const text = await answer.text();
      if (mine !== this.request) {
        return false;
      }
      // Our own server's page, parsed without running anything.
      const parsed = new DOMParser().parseFromString(text, "text/html");
      const next = parsed.querySelector("[data-swap]");
      if (!answer.ok || answer.redirected || !next) {
        location.assign(href);
        return false;
      }
      if (push) {
        history.pushState(null, "", href);
      }
      this.replace(next, focus || this.focused());
      document.title = parsed.title;
      return true;
    } catch (error) {
      if (mine === this.request) {
        location.assign(href);
      }
      return false;
    }
  }

  /** How to find again what has the focus. */
  focused() {
    const one = document.activeElement;
    if (!one || !this.main.contains(one)) {
      return "";
    }
    if (one.id) {
      return `#${one.id}`;
    }
    const measure = one.dataset && one.dataset.measure;
    return measure ? `[data-measure="${measure}"]` : "";
  }

  replace(next, focus) {
    this.main.textContent = "";
    this.main.append(...Array.from(next.childNodes));
    this.main.removeAttribute("aria-busy");
    const again = focus && this.main.querySelector(focus);
    if (again) {
      again.focus({ preventScroll: true });
    }
    this.main.dispatchEvent(new CustomEvent("swapped", { bubbles: true }));
  }
}
