/** What a visitor has done so far, and what the next touch makes of it. Pure. */

/** How every visitor finds the screen. Nobody changes it: a reset begins from here again. */
export const FROZEN = Object.freeze({
  mode: "rest", day: "today", query: "", page: 0, item: "", size: 100,
});

const SIZES = [100, 150, 200];
const QUERY_LIMIT = 12;

const ACTS = {
  open: (state, mode) => ({ mode, page: 0, item: "", query: mode === "search" ? state.query : "" }),
  day: (state, day) => ({ day, page: 0, item: "" }),
  key: (state, key) => ({ query: (state.query + key).slice(0, QUERY_LIMIT), page: 0, item: "" }),
  erase: (state) => ({ query: state.query.slice(0, -1), page: 0, item: "" }),
  clear: () => ({ query: "", page: 0, item: "" }),
  turn: (state, step) => ({ page: Math.max(0, state.page + Number(step)) }),
  item: (state, item) => ({ item }),
  back: () => ({ item: "" }),
  size: (state) => ({
    size: SIZES[(SIZES.indexOf(state.size) + 1) % SIZES.length],
    mode: state.mode === "rest" ? "list" : state.mode,
    page: 0,
  }),
  close: () => FROZEN,
};

/** The state after `act` with `value`; unknown acts change nothing. */
export function after(state, act, value) {
  return ACTS[act] ? Object.freeze(Object.assign({}, state, ACTS[act](state, value))) : state;
}

/** Whether anybody has changed anything. */
export function isTouched(state) {
  return Object.keys(FROZEN).some((name) => state[name] !== FROZEN[name]);
}

/** How many entries a page of the list holds at this size of text. */
export function entriesAPage(size) {
  return { 100: 6, 150: 4, 200: 2 }[size];
}
