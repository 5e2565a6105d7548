/** Panels in the staff's pages: a screen of any size, made small enough for its place. */

function fit(panel) {
  const width = Number(panel.getAttribute("data-width"));
  const height = Number(panel.getAttribute("data-height"));
  const frame = panel.firstElementChild;
  const scale = panel.clientWidth / width;
  frame.style.width = `${width}px`;
  frame.style.height = `${height}px`;
  frame.style.transform = `scale(${scale})`;
  panel.style.height = `${Math.round(height * scale)}px`;
}

const panels = Array.from(document.querySelectorAll("[data-panel]"));
const fitAll = () => panels.forEach(fit);
window.addEventListener("resize", fitAll);
fitAll();
