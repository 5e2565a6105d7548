/** Selection shared by a map of areas and their table. Pure: no map, no document. */

/**
 * The same address with another area open, or none.
 *
 * @param {string} href absolute
 * @param {string} area a district's code, "left-out", or "" to close
 * @returns {string}
 */
export function withArea(href, area) {
  const url = new URL(href);
  if (area) {
    url.searchParams.set("area", area);
  } else {
    url.searchParams.delete("area");
  }
  return url.href;
}

/** The open area of an address: its code, or "". */
export function areaOf(href) {
  return new URL(href).searchParams.get("area") || "";
}

/** What a click on `clicked` opens while `open` is open: a second click closes. */
export function toggled(open, clicked) {
  return open === clicked ? "" : clicked;
}

/**
 * Which of the areas an arrow key moves to, in the order of the table.
 *
 * @param {string[]} order codes as ranked
 * @param {string} current
 * @param {string} key as in KeyboardEvent.key
 * @returns {string} "" when the key moves nothing
 */
export function neighbour(order, current, key) {
  const at = order.indexOf(current);
  if (at < 0) {
    return "";
  }
  const targets = {
    ArrowDown: at + 1,
    ArrowRight: at + 1,
    ArrowUp: at - 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: order.length - 1,
  };
  return key in targets ? order[targets[key]] || "" : "";
}
