/** 「离我最近」: the browser's position, rounded to about 100 m before it leaves this page. */

const DIGITS = 3;
const TIME_LIMIT_MS = 10000;
const NINGBO = { west: 120.8, south: 28.8, east: 122.4, north: 30.6 };

/** @returns {string} "121.545,29.876": lon, lat to three decimals */
export function rounded(lon, lat) {
  return `${lon.toFixed(DIGITS)},${lat.toFixed(DIGITS)}`;
}

export function isInNingbo(lon, lat) {
  return lon >= NINGBO.west && lon <= NINGBO.east && lat >= NINGBO.south && lat <= NINGBO.north;
}

/**
 * Ask once where the visitor is.
 *
 * @returns {Promise<{near: string}|{problem: "insecure"|"denied"|"unavailable"|"outside"}>}
 */
export function askPosition() {
  if (!window.isSecureContext) {
    return Promise.resolve({ problem: "insecure" });
  }
  if (!navigator.geolocation) {
    return Promise.resolve({ problem: "unavailable" });
  }
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const known = isInNingbo(coords.longitude, coords.latitude);
        resolve(known ? { near: rounded(coords.longitude, coords.latitude) } : { problem: "outside" });
      },
      (error) => resolve({ problem: error.code === 1 ? "denied" : "unavailable" }),
      { timeout: TIME_LIMIT_MS, maximumAge: 60000 },
    );
  });
}
