/** Numbers that would cover each other stand side by side in one mark. Pure. */

/**
 * `numbered`: [{spot: {lat, lon, kind, name}, number, tone}]; `toPixel(spot)` → {x, y}; marks
 * nearer than `room` pixels are merged. Returns [{lat, lon, name, numbers: [{number, tone, kind}]}].
 */
export function mergedMarks(numbered, toPixel, room) {
  const marks = [];
  numbered.forEach((one) => {
    const at = toPixel(one.spot);
    const near = marks.find((mark) => Math.abs(mark.x - at.x) < room && Math.abs(mark.y - at.y) < room);
    const entry = { number: one.number, tone: one.tone, kind: one.spot.kind };
    if (!near) {
      marks.push({
        x: at.x, y: at.y, lat: one.spot.lat, lon: one.spot.lon, name: one.spot.name, numbers: [entry],
      });
    } else if (!near.numbers.some((kept) => kept.number === one.number)) {
      near.numbers.push(entry);
    }
  });
  return marks.map(({ lat, lon, name, numbers }) => ({ lat, lon, name, numbers }));
}

const METRES_A_DEGREE = 111320;
const BEARINGS = [180, 225, 135, 270, 90, 315, 45, 0];

/** [lat, lon] on the ring of `metres` around the lobby, as far from all spots as one of eight can be. */
export function freePoint(lobby, metres, spots) {
  const squeeze = Math.cos((lobby.lat * Math.PI) / 180);
  const candidates = BEARINGS.map((bearing) => {
    const angle = (bearing * Math.PI) / 180;
    const lat = lobby.lat + (Math.cos(angle) * metres) / METRES_A_DEGREE;
    const lon = lobby.lon + (Math.sin(angle) * metres) / METRES_A_DEGREE / squeeze;
    const gaps = spots.map((spot) => Math.hypot(spot.lat - lat, (spot.lon - lon) * squeeze));
    return { at: [lat, lon], room: Math.min(0.01, ...gaps) };
  });
  return candidates.reduce((best, one) => (one.room > best.room + 1e-9 ? one : best)).at;
}

/**
 * Which marks may carry their name below them without covering another mark or name. `unit` is the
 * width of one character in pixels. Returns a list of booleans, one a mark.
 */
export function namesThatFit(marks, toPixel, unit) {
  const taken = marks.map((mark) => {
    const at = toPixel(mark);
    const half = mark.numbers.length * unit * 1.15;
    return { left: at.x - half, right: at.x + half, top: at.y - unit * 1.15, bottom: at.y + unit * 1.15 };
  });
  return marks.map((mark, index) => {
    const at = toPixel(mark);
    const half = (mark.name.length * unit) / 2;
    const name = {
      left: at.x - half, right: at.x + half, top: at.y + unit * 1.2, bottom: at.y + unit * 2.6,
    };
    const isFree = taken.every((box, other) => other === index || !covers(box, name));
    if (isFree) {
      taken.push(name);
    }
    return isFree;
  });
}

function covers(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
