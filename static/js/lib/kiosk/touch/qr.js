/**
 * An address as a code a phone can read, drawn without network: ISO/IEC 18004, byte mode, error
 * correction M, versions 1 to 10 (213 bytes). Pure; held to the server's own codes by a test.
 */

// Of each version: error correction codewords a block, blocks of the first size and their data
// codewords; the blocks of the second size hold one more. ISO/IEC 18004, table 9, level M.
const BLOCKS = [
  null, [10, 1, 16, 0], [16, 1, 28, 0], [26, 1, 44, 0], [18, 2, 32, 0], [24, 2, 43, 0],
  [16, 4, 27, 0], [18, 4, 31, 0], [22, 2, 38, 2], [22, 3, 36, 2], [26, 4, 43, 1],
];
const ALIGNED = [
  null, [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46],
  [6, 28, 50],
];
const MASKS = [
  (r, c) => (r + c) % 2 === 0, (r) => r % 2 === 0, (r, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0, (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

const EXP = [];
const LOG = [];
for (let i = 0, value = 1; i < 255; i += 1) {
  EXP[i] = value;
  LOG[value] = i;
  value = value & 128 ? (value << 1) ^ 0x11d : value << 1;
}

function times(a, b) {
  return a && b ? EXP[(LOG[a] + LOG[b]) % 255] : 0;
}

/** The remainder of `data` by the generator of `count` error correction codewords. */
function correction(data, count) {
  let generator = [1];
  for (let i = 0; i < count; i += 1) {
    const next = generator.concat([0]);
    generator.forEach((one, at) => { next[at + 1] ^= times(one, EXP[i]); });
    generator = next;
  }
  const rest = data.concat(new Array(count).fill(0));
  data.forEach((one, at) => {
    const factor = rest[at];
    generator.forEach((term, shift) => { rest[at + shift] ^= times(term, factor); });
  });
  return rest.slice(data.length);
}

/** Data codewords of `text`, padded, and its version; null where it is too long. */
function codewords(text) {
  const bytes = Array.from(new TextEncoder().encode(text));
  for (let version = 1; version < BLOCKS.length; version += 1) {
    const [, first, size, second] = BLOCKS[version];
    const capacity = first * size + second * (size + 1);
    const lengthBits = version < 10 ? 8 : 16;
    if (bytes.length * 8 + 4 + lengthBits <= capacity * 8) {
      const bits = [0, 1, 0, 0].concat(binary(bytes.length, lengthBits));
      bytes.forEach((one) => bits.push(...binary(one, 8)));
      bits.push(...new Array(Math.min(4, capacity * 8 - bits.length)).fill(0));
      while (bits.length % 8) {
        bits.push(0);
      }
      const words = [];
      for (let i = 0; i < bits.length; i += 8) {
        words.push(parseInt(bits.slice(i, i + 8).join(""), 2));
      }
      for (let pad = 0; words.length < capacity; pad += 1) {
        words.push(pad % 2 ? 0x11 : 0xec);
      }
      return { words, version };
    }
  }
  return null;
}

function binary(value, length) {
  return Array.from({ length }, (none, at) => (value >> (length - 1 - at)) & 1);
}

/** Blocks interleaved, data first, then their corrections. */
function interleaved(words, version) {
  const [count, first, size, second] = BLOCKS[version];
  const blocks = [];
  let at = 0;
  for (let i = 0; i < first + second; i += 1) {
    const length = i < first ? size : size + 1;
    blocks.push(words.slice(at, at + length));
    at += length;
  }
  const corrections = blocks.map((block) => correction(block, count));
  const woven = [];
  for (let i = 0; i <= size; i += 1) {
    blocks.forEach((block) => { if (i < block.length) { woven.push(block[i]); } });
  }
  for (let i = 0; i < count; i += 1) {
    corrections.forEach((block) => woven.push(block[i]));
  }
  return woven;
}

/** The fixed patterns: {cells, fixed}, both size × size. */
function frame(version) {
  const size = version * 4 + 17;
  const cells = Array.from({ length: size }, () => new Array(size).fill(0));
  const fixed = Array.from({ length: size }, () => new Array(size).fill(false));
  const set = (r, c, value) => {
    if (r >= 0 && c >= 0 && r < size && c < size) {
      cells[r][c] = value ? 1 : 0;
      fixed[r][c] = true;
    }
  };
  [[0, 0], [0, size - 7], [size - 7, 0]].forEach(([top, left]) => {
    for (let r = -1; r < 8; r += 1) {
      for (let c = -1; c < 8; c += 1) {
        const ring = Math.max(Math.abs(r - 3), Math.abs(c - 3));
        set(top + r, left + c, ring !== 2 && ring < 4);
      }
    }
  });
  ALIGNED[version].forEach((row) => ALIGNED[version].forEach((column) => {
    if (!fixed[row][column]) {
      for (let r = -2; r < 3; r += 1) {
        for (let c = -2; c < 3; c += 1) {
          set(row + r, column + c, Math.max(Math.abs(r), Math.abs(c)) !== 1);
        }
      }
    }
  }));
  for (let i = 8; i < size - 8; i += 1) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (let i = 0; i < 9; i += 1) {
    [[8, i], [i, 8], [8, size - 1 - i], [size - 1 - i, 8]].forEach(([r, c]) => {
      if (!fixed[r][c] && (i < 8 || r < 9) && (i < 8 || c < 9)) {
        set(r, c, false);
      }
    });
  }
  set(size - 8, 8, true);
  if (version > 6) {
    const bits = golay(version);
    for (let i = 0; i < 18; i += 1) {
      const bit = (bits >> i) & 1;
      set(Math.floor(i / 3), size - 11 + (i % 3), bit);
      set(size - 11 + (i % 3), Math.floor(i / 3), bit);
    }
  }
  return { cells, fixed, size };
}

function golay(version) {
  let rest = version << 12;
  for (let i = 17; i >= 12; i -= 1) {
    if ((rest >> i) & 1) {
      rest ^= 0x1f25 << (i - 12);
    }
  }
  return (version << 12) | rest;
}

/** Fifteen bits: level M (00) and the mask, with their BCH remainder, masked. */
function format(mask) {
  let rest = mask << 10;
  for (let i = 14; i >= 10; i -= 1) {
    if ((rest >> i) & 1) {
      rest ^= 0x537 << (i - 10);
    }
  }
  return ((mask << 10) | rest) ^ 0x5412;
}

function place({ cells, fixed, size }, woven) {
  const bits = [].concat(...woven.map((one) => binary(one, 8)));
  let at = 0;
  let isUp = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) {
      right -= 1;
    }
    for (let i = 0; i < size; i += 1) {
      const row = isUp ? size - 1 - i : i;
      [right, right - 1].forEach((column) => {
        if (!fixed[row][column]) {
          cells[row][column] = bits[at] || 0;
          at += 1;
        }
      });
    }
    isUp = !isUp;
  }
}

function masked({ cells, fixed, size }, mask) {
  const made = cells.map((row, r) => row.map((cell, c) => (
    fixed[r][c] ? cell : cell ^ (MASKS[mask](r, c) ? 1 : 0)
  )));
  const bits = format(mask);
  for (let i = 0; i < 15; i += 1) {
    const bit = (bits >> i) & 1;
    const near = i < 6 ? i : i + 1;
    if (i < 8) {
      made[near][8] = bit;
      made[8][size - 1 - i] = bit;
    } else {
      made[8][i === 8 ? 7 : 14 - i] = bit;
      made[size - 15 + i][8] = bit;
    }
  }
  return made;
}

/** How hard to read: runs, squares, look-alikes of the corner marks, and imbalance. */
function penalty(cells) {
  const size = cells.length;
  const lines = cells.concat(cells[0].map((none, c) => cells.map((row) => row[c])));
  let sum = 0;
  lines.forEach((line) => {
    const text = line.join("");
    (text.match(/0{5,}|1{5,}/g) || []).forEach((run) => { sum += run.length - 2; });
    for (let i = 0; i + 11 <= size; i += 1) {
      const part = text.slice(i, i + 11);
      sum += part === "10111010000" || part === "00001011101" ? 40 : 0;
    }
  });
  for (let r = 0; r + 1 < size; r += 1) {
    for (let c = 0; c + 1 < size; c += 1) {
      const four = cells[r][c] + cells[r][c + 1] + cells[r + 1][c] + cells[r + 1][c + 1];
      sum += four === 0 || four === 4 ? 3 : 0;
    }
  }
  const dark = cells.reduce((all, row) => all + row.reduce((one, cell) => one + cell, 0), 0);
  return sum + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}

/** Rows of 0 and 1, without the quiet border; null where the text is too long. `mask` for tests. */
export function matrixOf(text, mask) {
  const coded = codewords(text);
  if (!coded) {
    return null;
  }
  const drawn = frame(coded.version);
  place(drawn, interleaved(coded.words, coded.version));
  const all = (mask === undefined ? MASKS.map((none, index) => index) : [mask])
    .map((one) => masked(drawn, one));
  return all.reduce((best, one) => (penalty(one) < penalty(best) ? one : best));
}

/** The matrix as an SVG element with a quiet border of four. */
export function drawn(page, text) {
  const cells = matrixOf(text);
  const svg = page.createElementNS("http://www.w3.org/2000/svg", "svg");
  const edge = (cells ? cells.length : 0) + 8;
  svg.setAttribute("viewBox", `0 0 ${edge} ${edge}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = page.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", (cells || []).map((row, r) => row.map((cell, c) => (
    cell ? `M${c + 4} ${r + 4}h1v1h-1z` : ""
  )).join("")).join(""));
  svg.appendChild(path);
  return svg;
}
