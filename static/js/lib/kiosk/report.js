/** What a heartbeat says of this page. Reads, changes nothing. */

import { drawsChinese } from "../fonts.js";

const MEGABYTE = 1048576;

/** Sixteen hex digits, new with each page load. */
export function newInstance() {
  const bytes = new Uint8Array(8);
  crypto.getRandomValues(bytes);
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

/** Whether the characters of this page are drawn as characters: ours, or the system's. */
export function drawsGlyphs() {
  try {
    const hasOurs = Boolean(document.fonts) && document.fonts.check("20px \"Yitu Sans\"", "益图公益");
    return hasOurs || drawsChinese(document);
  } catch (error) {
    return false;
  }
}

/** {used_mb, quota_mb, is_kept} or null; asks the browser to keep what is stored. */
export async function storageOf(storage) {
  if (!storage || !storage.estimate) {
    return null;
  }
  try {
    const { usage, quota } = await storage.estimate();
    const isKept = storage.persist ? await storage.persist() : false;
    return {
      used_mb: Math.round(usage / MEGABYTE), quota_mb: Math.round(quota / MEGABYTE), is_kept: isKept,
    };
  } catch (error) {
    return null;
  }
}

/** What the browser tells of itself; null where it does not. */
export function bodyOf() {
  const { memory } = performance;
  return {
    width: window.innerWidth,
    height: window.innerHeight,
    dpr: window.devicePixelRatio,
    heap_mb: memory ? Math.round(memory.usedJSHeapSize / MEGABYTE) : null,
    nodes: document.getElementsByTagName("*").length,
    secure: window.isSecureContext,
  };
}
