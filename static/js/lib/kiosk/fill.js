/**
 * Fills the markup the server wrote once more with other words. `data-text` names a field, an empty
 * field is hidden; `data-show` hides without filling; `data-with` steps into a field; `data-list`
 * repeats the <template> of that name.
 */

const STATES = ["tone", "kind", "key", "own", "hours"];

/** A filled copy of the template `name`. */
export function built(templates, name, model) {
  const copy = templates[name].content.firstElementChild.cloneNode(true);
  fill(copy, model, templates);
  return copy;
}

export function fill(root, model, templates) {
  STATES.forEach((name) => {
    if (name in model) {
      root.setAttribute(`data-${name}`, model[name]);
    }
  });
  each(root, "data-with", (part, name) => {
    if (model[name]) {
      fill(part, model[name], templates);
    }
    part.setAttribute("data-filled", "");
  });
  each(root, "data-list", (list, name) => {
    list.textContent = "";
    (model[name] || []).forEach((one) => list.appendChild(built(templates, name, one)));
    list.setAttribute("data-filled", "");
  });
  each(root, "data-text", (part, name) => {
    part.textContent = model[name] || "";
    part.hidden = !model[name];
  });
  each(root, "data-show", (part, name) => {
    part.hidden = !model[name] || model[name].length === 0;
  });
  each(root, "data-chance", (part) => part.setAttribute("data-chance", model.chance || ""));
}

function each(root, attribute, act) {
  const inside = Array.from(root.querySelectorAll(`[${attribute}]`));
  const all = root.hasAttribute(attribute) ? [root].concat(inside) : inside;
  all.forEach((part) => {
    const owner = part.parentElement && part.parentElement.closest("[data-filled]");
    if (!owner || !root.contains(owner) || owner === root) {
      act(part, part.getAttribute(attribute));
    }
  });
}
