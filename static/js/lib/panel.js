/**
 * The list panel: filters without a page load. The server renders it; this module fetches the same
 * panel for another question, keeps the address and the back button right, and says the new count.
 */

const TYPING_PAUSE_MS = 350;

export function enhancePanel(panel, { announce, onResults }) {
  let request = null;
  let typing = 0;

  function show(url, { push = true, focusList = false } = {}) {
    if (request) {
      request.abort();
    }
    const mine = new AbortController();
    request = mine;
    panel.setAttribute("aria-busy", "true");
    const target = new URL(url, window.location.href);
    return fetch(panel.dataset.resultsUrl + target.search, { signal: mine.signal })
      .then((response) => {
        if (!response.ok) {
          throw new Error(`results answered ${response.status}`);
        }
        return response.text();
      })
      .then((html) => {
        replace(html, focusList);
        if (push) {
          window.history.pushState(null, "", target.pathname + target.search);
        }
        panel.removeAttribute("aria-busy");
      })
      .catch((error) => {
        // A newer question took over; or the line is down: then the plain page says so itself.
        if (error.name !== "AbortError") {
          window.location.assign(url);
        }
      });
  }

  function replace(html, focusList) {
    const held = panel.contains(document.activeElement) ? document.activeElement : null;
    const caret = held && held.id === "q" ? held.selectionStart : null;
    panel.innerHTML = html;
    const again = held && held.id ? document.getElementById(held.id) : null;
    if (focusList) {
      panel.focus();
    } else if (again) {
      again.focus({ preventScroll: true });
      if (caret !== null) {
        again.setSelectionRange(caret, caret);
      }
    }
    announce(panel.querySelector("[data-results-count]").textContent);
    onResults();
  }

  function submit(form) {
    const query = new URLSearchParams();
    new FormData(form).forEach((value, name) => {
      if (value) {
        query.append(name, value);
      }
    });
    const text = query.toString();
    return show(form.getAttribute("action") + (text ? `?${text}` : ""));
  }

  panel.addEventListener("click", (event) => {
    const link = event.target.closest("[data-filter-link]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (link && plain) {
      event.preventDefault();
      show(link.href, { focusList: Boolean(link.rel) });
    }
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    window.clearTimeout(typing);
    submit(event.target);
  });
  panel.addEventListener("change", (event) => {
    if (event.target.matches("[data-filter-select]")) {
      if (event.target.id === "near") {
        event.target.form.elements.from.value = ""; // the newer choice counts
      }
      submit(event.target.form);
    }
  });
  panel.addEventListener("input", (event) => {
    if (event.target.id === "q" && !event.isComposing) {
      window.clearTimeout(typing);
      typing = window.setTimeout(() => submit(event.target.form), TYPING_PAUSE_MS);
    }
  });
  panel.addEventListener("compositionend", (event) => {
    if (event.target.id === "q") {
      submit(event.target.form);
    }
  });
  window.addEventListener("popstate", () => show(window.location.href, { push: false }));

  return { show };
}
