/** Sharing an activity: the phone's own sheet where there is one, the address by hand, a page of paper. */

/** @param {?HTMLElement} box with data-share; its buttons appear where they can do something */
export function wireShare(box) {
  if (!box) {
    return;
  }
  const { title, url } = box.dataset;
  const field = box.querySelector(".share__url");
  reveal(box.querySelector("[data-share-native]"), Boolean(navigator.share), () =>
    navigator.share({ title, url }).catch(() => {}), // closed again: nothing to say
  );
  reveal(box.querySelector("[data-share-copy]"), true, (button) => {
    copy(url, field).then(() => {
      box.querySelector("[data-share-said]").textContent = button.dataset.done;
      button.textContent = button.dataset.done;
    });
  });
  reveal(box.querySelector("[data-print]"), true, () => window.print());
  field.addEventListener("focus", () => field.select());
}

function reveal(button, isUseful, act) {
  button.hidden = !isUseful;
  button.addEventListener("click", () => act(button));
}

/** Without HTTPS there is no clipboard: the field is selected and the old command used. */
function copy(words, field) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(words);
  }
  field.focus();
  field.select();
  document.execCommand("copy");
  return Promise.resolve();
}
