/** How far an arrow key moves a pin, in pixels: [x, y], or null for any other key. */

const STEP_PX = 8;
const STEPS = {
  ArrowLeft: [-STEP_PX, 0],
  ArrowRight: [STEP_PX, 0],
  ArrowUp: [0, -STEP_PX],
  ArrowDown: [0, STEP_PX],
};

export function stepOf(key) {
  return STEPS[key] || null;
}
