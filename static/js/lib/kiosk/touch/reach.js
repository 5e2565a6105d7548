/** Which part of the panel a standing or a sitting visitor can reach. Pure. */

// Operable parts between 381 and 1 219 mm above the floor (ADA 308, 15 to 48 inches): the low half.
const REACH_MM = [381, 1219];
const MILLIMETRES_AN_INCH = 25.4;
const SMALLEST_SHARE = 0.34; // of the height: less holds no list

/**
 * {bottom, height} in pixels of the band for controls: within reach, in the low half, never smaller
 * than a list needs. `mountingCm`: the panel's lower edge above the floor, or null.
 */
export function reachBand(widthPx, heightPx, diagonalInch, mountingCm) {
  const half = heightPx / 2;
  if (mountingCm === null || mountingCm === undefined) {
    return { bottom: 0, height: Math.round(half) };
  }
  const pixelsAMm = Math.hypot(widthPx, heightPx) / (diagonalInch * MILLIMETRES_AN_INCH);
  const edge = mountingCm * 10;
  const least = heightPx * SMALLEST_SHARE;
  const bottom = Math.min(half - least, Math.max(0, (REACH_MM[0] - edge) * pixelsAMm));
  const top = Math.min(half, Math.max(bottom + least, (REACH_MM[1] - edge) * pixelsAMm));
  return { bottom: Math.round(bottom), height: Math.round(top - bottom) };
}
