// Before anything is drawn: pages that fold controls away do so only where a script can unfold them,
// and "auto" becomes night where the visitor's system is dark, so that nothing flashes.
(function early() {
  const root = document.documentElement;
  const isDark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => root.setAttribute("data-theme", isDark.matches ? "night" : "light");
  root.classList.add("has-script");
  if (root.getAttribute("data-theme") === "auto") {
    follow();
    isDark.addListener(() => {
      follow();
      document.dispatchEvent(new Event("themechange"));
    });
  }
  // A switch leads to the page as it is now, with the filters chosen since it was loaded.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-preference]");
    if (link) {
      const name = link.getAttribute("data-preference");
      const target = new URL(window.location.href);
      ["mode", "theme", "lang"].forEach((one) => target.searchParams.delete(one));
      target.searchParams.set(name, new URL(link.href).searchParams.get(name));
      link.href = target.href;
    }
  });
})();
