/**
 * Our Chinese font for a device that has none of its own.
 *
 * Most phones and desks have one; then nothing is fetched. The style sheet is asked for after the
 * page has loaded, so it can delay no text: letters appear as they can, and are drawn again.
 */

const SIZE = 40; // px; large enough that two characters differ in many dots

/**
 * Whether the device draws Chinese characters, and not boxes in their place.
 *
 * A Chinese character is as wide as it is high; a box for a missing one is narrower in nearly every
 * font. Where it is not, all boxes look the same, and two characters do not.
 *
 * @param {Document} document whose canvas is drawn on
 * @returns {boolean}
 */
export function drawsChinese(document) {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE;
  canvas.height = SIZE;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) {
    return true; // nothing to measure with: do not fetch a megabyte on a guess
  }
  pen.font = `${SIZE}px sans-serif`;
  pen.textBaseline = "top";
  if (Math.abs(pen.measureText("益").width - SIZE) > SIZE / 20) {
    return false;
  }
  return dots(pen, "益") !== dots(pen, "图");
}

function dots(pen, character) {
  pen.clearRect(0, 0, SIZE, SIZE);
  pen.fillText(character, 0, 0);
  return Array.prototype.join.call(pen.getImageData(0, 0, SIZE, SIZE).data, "");
}

/**
 * Adds the style sheet of our font when the page has loaded and the device has no Chinese font.
 *
 * @param {string} href of fonts.css
 * @param {Window} page
 * @returns {Promise<boolean>} whether it was added
 */
export function ensureFonts(href, page = window) {
  return loaded(page).then(() => {
    if (drawsChinese(page.document)) {
      return false;
    }
    const link = page.document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    page.document.head.appendChild(link);
    return true;
  });
}

function loaded(page) {
  return new Promise((resolve) => {
    if (page.document.readyState === "complete") {
      resolve();
    } else {
      page.addEventListener("load", resolve, { once: true });
    }
  });
}
