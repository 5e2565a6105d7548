// The desk works without this: a file may also be dropped, and fields that do not matter step aside.

function takesDrops(zone) {
  const input = zone.querySelector("input[type=file]");
  const hint = zone.querySelector("[data-drop-hint]");
  hint.hidden = false;
  const over = (isOver) => zone.classList.toggle("is-over", isOver);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  zone.addEventListener("dragleave", () => over(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
    }
  });
}

function asksOnlyForNewSources(select, fields) {
  const update = () => {
    fields.hidden = select.value !== "";
  };
  select.addEventListener("change", update);
  update();
}

const zone = document.querySelector("[data-drop]");
if (zone) {
  takesDrops(zone);
}
const select = document.querySelector("[data-source]");
const fields = document.querySelector("[data-new-source]");
if (select && fields) {
  asksOnlyForNewSources(select, fields);
}
