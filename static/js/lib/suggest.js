/**
 * Names while one types: a combobox after the ARIA pattern. The field keeps the focus; arrows walk,
 * Enter follows, Escape closes. Without an answer the field is a plain search field.
 */

const PAUSE_MS = 150;

/** The next choice for a key: -1 is the field itself. Pure. */
export function step(key, at, count) {
  if (key === "ArrowDown") {
    return at + 1 < count ? at + 1 : -1;
  }
  return at < 0 ? count - 1 : at - 1;
}

/**
 * @param {HTMLElement} panel holds the field and its list; both are made anew with every answer
 * @param {?string} moment the demo's moment, to be kept in links
 * @returns {{again: function(): void}} to be called when the panel was made anew
 */
export function suggestWhileTyping(panel, moment) {
  let items = [];
  let at = -1;
  let timer = 0;
  let asked = "";

  const field = () => panel.querySelector("[data-suggest]");
  const box = () => panel.querySelector("#suggestions");

  function ask() {
    const words = field().value.trim();
    asked = words;
    if (!words) {
      close();
      return;
    }
    const url = new URL(field().dataset.suggest, window.location.href);
    url.searchParams.set("q", words);
    if (moment) {
      url.searchParams.set("at", moment);
    }
    fetch(url.href)
      .then((response) => (response.ok ? response.json() : { items: [] }))
      .then((answer) => {
        if (asked === words && document.activeElement === field()) {
          items = answer.items;
          at = -1;
          draw();
        }
      })
      .catch(() => close());
  }

  function draw() {
    const input = field();
    const list = box();
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", String(items.length > 0));
    list.hidden = items.length === 0;
    list.textContent = "";
    items.forEach((item, index) => list.appendChild(option(item, index)));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `suggestion-${at}`);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function option(item, index) {
    const row = document.createElement("li");
    row.id = `suggestion-${index}`;
    row.className = "suggestion";
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(index === at));
    const kind = document.createElement("span");
    kind.className = "suggestion__kind";
    kind.textContent = item.kind;
    row.appendChild(kind);
    row.appendChild(document.createTextNode(item.text));
    row.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps focus
    row.addEventListener("click", () => follow(item));
    return row;
  }

  function follow(item) {
    const target = new URL(item.url, window.location.href);
    if (moment) {
      target.searchParams.set("at", moment);
    }
    window.location.assign(target.href);
  }

  function close() {
    items = [];
    at = -1;
    window.clearTimeout(timer);
    draw();
  }

  panel.addEventListener("input", (event) => {
    if (event.target === field() && !event.isComposing) {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE_MS);
    }
  });
  panel.addEventListener("compositionend", (event) => {
    if (event.target === field()) {
      ask();
    }
  });
  panel.addEventListener("keydown", (event) => {
    if (event.target !== field() || !items.length || event.isComposing) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = step(event.key, at, items.length);
      draw();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      follow(items[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  panel.addEventListener("submit", () => close());
  // Letting go of the field closes the list; being made anew by an answer does not.
  panel.addEventListener("focusout", (event) => {
    if (event.target === field() && event.relatedTarget) {
      close();
    }
  });
  document.addEventListener("click", (event) => {
    if (items.length && !event.target.closest(".search")) {
      close();
    }
  });

  return { again: () => (document.activeElement === field() ? draw() : close()) };
}
