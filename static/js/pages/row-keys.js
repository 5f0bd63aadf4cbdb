// The keyboard in lists of rows. A list is one stop of the Tab key, at the row that was used last; arrow keys go
// from row to row, and sideways into what stands in a row.
import { findRowToPlay } from "../shared/row-facts.js";
import { sendToBar } from "../shared/send-to-bar.js";
import { playRow } from "./row-play.js";

// What a search box finds has keys of its own (shared/result-keys.js).
const LISTS = ".item-list:not(.search-box *)";
const ROWS = `${LISTS} > .item-row`;
const CONTROLS = "a[href], button, input, summary";
const TYPING_PAUSE_MS = 1000;
const words = document.getElementById("menus").dataset;

// --- One stop of the Tab key ----------------------------------------------------------------------------
// Where the list can be drawn again while the row is away, its id says which row it was.
const lastUsed = new WeakMap(); // id of the row, by list
const prepared = new WeakSet();

function prepareLists() {
  for (const list of document.querySelectorAll(LISTS)) prepareList(list);
}

function prepareList(list) {
  const rows = list.querySelectorAll(":scope > .item-row");
  for (const row of rows) {
    if (prepared.has(row) && row.hasAttribute("tabindex")) continue; // no swap has changed it
    prepared.add(row);
    if (!row.hasAttribute("tabindex")) row.tabIndex = -1;
    for (const control of row.querySelectorAll(CONTROLS)) if (control.tabIndex === 0) control.tabIndex = -1;
  }
  const stop = document.getElementById(lastUsed.get(list)) ?? list.querySelector(":scope > [tabindex='0']") ?? rows[0];
  if (stop) setStop(list, stop);
}

function setStop(list, row) {
  for (const other of list.querySelectorAll(":scope > [tabindex='0']")) if (other !== row) other.tabIndex = -1;
  row.tabIndex = 0;
}

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest?.(ROWS);
  if (!row) return;
  lastUsed.set(row.parentElement, row.id);
  setStop(row.parentElement, row);
});

// Rows come by swaps, in chunks, and one by one. Swaps take attributes away as well.
let frame = 0;
const scheduleLists = () => (frame ||= requestAnimationFrame(() => ((frame = 0), prepareLists())));
new MutationObserver((changes) => {
  const isRow = (node) => node.matches?.(".item-row") || node.querySelector?.(".item-row");
  if (changes.some((change) => change.target.matches?.(".item-list") || [...change.addedNodes].some(isRow))) scheduleLists();
}).observe(document.body, { childList: true, subtree: true });
document.addEventListener("player:shown", scheduleLists);
prepareLists();

// A press on a row, beside its links and buttons, is where the keyboard goes on.
document.addEventListener("mousedown", ({ target }) => {
  const row = target.closest?.(ROWS);
  if (row && !target.closest(CONTROLS)) row.focus({ preventScroll: true, focusVisible: false });
});

// On its way along the Tab key, Chromium gives up at rows it skips as unseen (content-visibility) when it has not yet
// worked out how they look: the focus would go to nothing. Asking makes it work that out.
document.addEventListener("keydown", ({ key, altKey, ctrlKey, metaKey }) => {
  if (key !== "Tab" || altKey || ctrlKey || metaKey) return;
  prepareLists(); // rows that came in this very frame
  for (const skipped of document.querySelectorAll(".chunk > :first-child")) void getComputedStyle(skipped).visibility;
}, true);

// --- From row to row ------------------------------------------------------------------------------------
const isShown = (row) => row.checkVisibility();
// Groups of one list, such as months, are lists of their own; so rows are counted over all of them.
const getScope = (row) => row.closest("[data-selection], #queue, #search-found") ?? row.parentElement;
const listRows = (row) => [...getScope(row).querySelectorAll(".item-row")].filter(isShown);

function focusRow(row) {
  if (!row) return;
  row.scrollIntoView({ block: "nearest" });
  row.focus({ preventScroll: true });
}

function goBy(row, steps) {
  const rows = listRows(row);
  const at = rows.indexOf(row);
  const field = at + steps < 0 ? document.querySelector("#search-form [data-search-field]") : null;
  if (field) return field.focus(); // above the results
  focusRow(rows[Math.min(Math.max(at + steps, 0), rows.length - 1)]);
}

// Long lists hold only the rows near the window; their page knows how to reach the others.
function goToEnd(row, isLast) {
  const event = new CustomEvent("rows:go-to-end", { bubbles: true, cancelable: true, detail: { isLast } });
  if (row.dispatchEvent(event)) focusRow(listRows(row).at(isLast ? -1 : 0));
}

const getPageRows = (row) => Math.max(Math.floor((innerHeight * 0.7) / row.offsetHeight), 1);

// --- Into a row and back --------------------------------------------------------------------------------
function goSideways(row, step) {
  const stops = [row, ...[...row.querySelectorAll(CONTROLS)].filter((control) => isShown(control) && !control.disabled)];
  const next = stops[stops.indexOf(document.activeElement) + step];
  next?.focus();
}

// --- Letters with Shift look for a title, further letters at once narrow it down -------------------------
let typed = "";
let typedAt = -Infinity;

function isSearch(event) {
  const isLetter = event.key.length === 1 && /\p{L}|\p{N}/u.test(event.key);
  return isLetter && (event.shiftKey || event.timeStamp - typedAt < TYPING_PAUSE_MS);
}

function searchTitle(row, event) {
  if (event.timeStamp - typedAt >= TYPING_PAUSE_MS) typed = "";
  typed += event.key.toLowerCase();
  typedAt = event.timeStamp;
  const rows = listRows(row);
  const start = rows.indexOf(row) + (typed.length === 1 ? 1 : 0);
  const inTurn = [...rows.slice(start), ...rows.slice(0, start)];
  focusRow(inTurn.find((other) => readTitle(other).startsWith(typed)));
}

const readTitle = (row) => row.querySelector(".item-row__title").textContent.trim().toLowerCase();

// --- What is done with a row ----------------------------------------------------------------------------
function openOrPlay(row) {
  if (findRowToPlay(row)?.isItem) playRow(row);
  else row.querySelector(".item-row__title a")?.click();
}

function queueRow(row) {
  const { uri, isItem } = findRowToPlay(row) ?? {};
  const canQueue = isItem || /^spotify:(album|playlist):/.test(uri);
  if (!canQueue) return;
  if (isItem) sendToBar(words.queueItem, { uri });
  else sendToBar(words.queueLines, { lines: uri });
}

const likeRow = (row) => row.querySelector(".save-button")?.click();
const chooseRow = (row) => row.querySelector(".checkbox input")?.click();
const openMenu = (row) => row.querySelector('[form="menus"]')?.click();

// What only some lists can do: their page says so by taking the event.
function ask(row, name, detail = {}) {
  return !row.dispatchEvent(new CustomEvent(`rows:${name}`, { bubbles: true, cancelable: true, detail: { row, ...detail } }));
}

function extendSelection(row, step) {
  const rows = listRows(row);
  const next = rows[rows.indexOf(row) + step];
  for (const chosen of [row, next]) {
    const box = chosen?.querySelector(".checkbox input");
    if (box && !box.checked) box.click();
  }
  focusRow(next);
}

const KEYS = {
  ArrowDown: (row) => goBy(row, 1),
  ArrowUp: (row) => goBy(row, -1),
  PageDown: (row) => goBy(row, getPageRows(row)),
  PageUp: (row) => goBy(row, -getPageRows(row)),
  Home: (row) => goToEnd(row, false),
  End: (row) => goToEnd(row, true),
  ArrowRight: (row) => goSideways(row, 1),
  ArrowLeft: (row) => goSideways(row, -1),
};
const ROW_KEYS = {
  Enter: openOrPlay,
  " ": chooseRow,
  x: chooseRow,
  q: queueRow,
  l: likeRow,
  Delete: (row) => ask(row, "remove"),
  ContextMenu: openMenu,
};

function findAction(event, row) {
  if (event.altKey && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    return () => ask(row, "move", { isDown: event.key === "ArrowDown" });
  }
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  if (event.shiftKey) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) return () => extendSelection(row, step);
    if (event.key === "F10") return openMenu;
  }
  if (event.target === row && isSearch(event)) return () => searchTitle(row, event);
  return KEYS[event.key] ?? (event.target === row ? ROW_KEYS[event.key] : null);
}

// A grip moves its row up and down, a field takes letters.
function isTaken({ target, key }) {
  const isSideways = key === "ArrowLeft" || key === "ArrowRight";
  return target.closest("input:not([type=checkbox]), textarea, select, [popover]") || (target.closest(".item-row__grip") && !isSideways);
}

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.(ROWS);
  const act = row && !event.defaultPrevented && !isTaken(event) ? findAction(event, row) : null;
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act(row);
}, true);
