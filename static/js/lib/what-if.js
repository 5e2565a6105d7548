/** Dropping places on the planner's map: by pointer, or with the arrow keys and Enter. */

const STEP = 6; // units of the view box an arrow key moves; with Shift ten times as far
const FAST = 10;

/**
 * Where a point of the drawing lies on the ground.
 *
 * @param {{west: number, north: number, shrink: number, scale: number, margin: number}} frame
 * @param {number} x units of the view box
 * @param {number} y
 * @returns {{lon: number, lat: number}} WGS-84
 */
export function groundOf(frame, x, y) {
  return {
    lon: (x - frame.margin) / (frame.shrink * frame.scale) + frame.west,
    lat: frame.north - (y - frame.margin) / frame.scale,
  };
}

/** A place as it stands in the address: 121.5512,29.8745 */
export function placeText({ lon, lat }) {
  return `${lon.toFixed(4)},${lat.toFixed(4)}`;
}

/** The same address with one more place; a suggestion gives way to what is dropped. */
export function withPlace(href, place) {
  const url = new URL(href);
  const sites = url.searchParams.get("sites");
  url.searchParams.set("sites", sites ? `${sites};${place}` : place);
  url.searchParams.delete("suggest");
  return url.href;
}

/** How far a key moves the crosshair: [right, down], or null. */
export function moveOf(key, isFast) {
  const step = isFast ? STEP * FAST : STEP;
  const moves = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
  };
  return moves[key] || null;
}

/** How much smaller marks are drawn, where a part of the map fills its window. */
function scaleOf(map) {
  return Number(map.dataset.markScale) || 1;
}

function middleOf(map) {
  const box = map.viewBox.baseVal;
  return [box.x + box.width / 2, box.y + box.height / 2];
}

function frameOf(map) {
  const { west, north, shrink, scale, margin } = map.dataset;
  return {
    west: Number(west),
    north: Number(north),
    shrink: Number(shrink),
    scale: Number(scale),
    margin: Number(margin),
  };
}

/** Where on the ground a pointer is, on a map that carries its frame. */
export function groundAt(map, event) {
  return groundOf(frameOf(map), ...unitsAt(map, event));
}

/** Units of the view box under a pointer. */
function unitsAt(map, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  const found = point.matrixTransform(map.getScreenCTM().inverse());
  return [found.x, found.y];
}

/**
 * @param {HTMLElement} main holds the map, also after it was replaced
 * @param {{show: function(string, Object=): Promise}} swapper
 */
export function wireWhatIf(main, swapper) {
  let at = null; // the crosshair, in units

  function drop(map, x, y, focus) {
    const place = placeText(groundOf(frameOf(map), x, y));
    swapper.show(withPlace(location.href, place), { focus });
  }

  function aim(map, x, y) {
    const box = map.viewBox.baseVal;
    at = [
      Math.min(Math.max(x, box.x), box.x + box.width),
      Math.min(Math.max(y, box.y), box.y + box.height),
    ];
    const cross = map.querySelector("[data-crosshair]");
    cross.setAttribute("transform", `translate(${at[0]} ${at[1]}) scale(${scaleOf(map)})`);
    cross.setAttribute("visibility", "visible");
  }

  main.addEventListener("click", (event) => {
    const map = event.target.closest("[data-drop-map]");
    if (map && event.button === 0) {
      drop(map, ...unitsAt(map, event), "");
    }
  });

  main.addEventListener("keydown", (event) => {
    const map = event.target.closest("[data-drop-map]");
    if (!map) {
      return;
    }
    const [x, y] = at || middleOf(map);
    const move = moveOf(event.key, event.shiftKey);
    if (move) {
      event.preventDefault();
      aim(map, x + move[0] * scaleOf(map), y + move[1] * scaleOf(map));
    } else if (event.key === "Enter" && at) {
      event.preventDefault();
      drop(map, x, y, "[data-drop-map]");
    }
  });

  main.addEventListener("focusin", (event) => {
    const map = event.target.closest("[data-drop-map]");
    if (map && map.matches(":focus-visible")) {
      aim(map, ...(at || middleOf(map)));
    }
  });
}
