// Rows of items: a double-click or a tap plays one, and what else they do is loaded when somebody comes near a row. Marks what plays.
import { markPlayingRows } from "./shared/player-facts.js";
import { findRowToPlay } from "./shared/row-facts.js";
import { showToast } from "./shared/show-toast.js";

const MENU_BUTTON = '[form="menus"]';
const CONTROLS = "button, input, label, select, textarea, summary";

let loading = null;
function load() {
  loading ??= import("./pages/rows.js").then(({ rows }) => rows, (error) => {
    loading = null;
    showToast("network");
    throw error;
  });
  return loading;
}

const prepare = (row) => load().then((rows) => rows.prepareRow(row));

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest?.(".item-row");
  if (row) prepare(row);
});

// Rows that are scrolled past under a resting pointer stay as they are.
const REST_MS = 40;
let restTimer = 0;
document.addEventListener("pointerover", ({ target }) => {
  clearTimeout(restTimer);
  const row = target.closest?.(".item-row");
  if (row) restTimer = setTimeout(prepare, REST_MS, row);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(MENU_BUTTON);
  if (button) {
    event.preventDefault();
    load().then((rows) => rows.toggleMenu(button));
  } else if (event.pointerType === "touch" && !event.target.closest?.(CONTROLS)) tapRow(event);
}, true);

const findRow = ({ target }) => (target.closest?.(`a[href], ${CONTROLS}`) ? null : target.closest?.(".item-row"));

document.addEventListener("dblclick", (event) => {
  const row = findRow(event);
  if (row) load().then((rows) => rows.playRow(row));
});

document.addEventListener("mousedown", (event) => {
  if (event.detail > 1 && findRow(event)) event.preventDefault(); // a double-click would select text
});

// The menu of the row, by a right-click. With Shift, and on links, the browser's own is meant.
document.addEventListener("contextmenu", (event) => {
  const isOwn = event.shiftKey || event.target.closest?.("input, textarea, .item-row__grip, dialog");
  const row = isOwn ? null : event.target.closest?.(".item-row");
  if (!row?.querySelector(MENU_BUTTON)) return;
  event.preventDefault();
  if (event.pointerType !== "touch") load().then((rows) => rows.openMenuAt(row, event.clientX, event.clientY));
});

// A long press of a finger does the same, and is then no tap. Not every browser makes a context menu of it. The menu
// opens when the finger is lifted: lifting it beside an open menu would close it.
const LONG_PRESS_MS = 500;
const MAX_MOVE_PX = 10;
let press = null; // of a finger: the row, where, and the timer
let wasLongPress = false;

document.addEventListener("pointerdown", (event) => {
  wasLongPress = false;
  const row = event.target.closest?.(CONTROLS) ? null : event.target.closest?.(".item-row");
  if (event.pointerType !== "touch" || !row?.querySelector(MENU_BUTTON)) return;
  const timer = setTimeout(() => {
    wasLongPress = true;
    row.classList.add("is-menu-open");
    navigator.vibrate?.(10);
  }, LONG_PRESS_MS);
  press = { row, x: event.clientX, y: event.clientY, timer };
});

function endPress() {
  if (!press) return;
  const { row, x, y, timer } = press;
  press = null;
  clearTimeout(timer);
  if (wasLongPress) setTimeout(() => load().then((rows) => rows.openMenuAt(row, x, y)));
}
for (const name of ["pointerup", "pointercancel", "scroll"]) document.addEventListener(name, endPress, true);
document.addEventListener("pointermove", ({ clientX, clientY }) => {
  if (!press || Math.hypot(clientX - press.x, clientY - press.y) <= MAX_MOVE_PX) return;
  clearTimeout(press.timer);
  press.row.classList.remove("is-menu-open"); // it is being dragged
  press = null;
});

// On a phone the whole row is the button: its links are in its menu. While rows are chosen, a tap chooses.
function tapRow(event) {
  const row = event.target.closest?.(".item-row");
  if (wasLongPress && row) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const checkbox = row?.closest(".is-selecting, .has-selection") && row.querySelector(".checkbox input");
  const rowToPlay = row && findRowToPlay(row);
  if (!checkbox && !rowToPlay?.isItem) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (checkbox) checkbox.click();
  else load().then((rows) => rows.playRow(row));
}

// The keyboard finds lists prepared.
const loadForLists = () => document.querySelector(".item-list > .item-row") && load();
document.addEventListener("htmx:after:swap", loadForLists);
(window.requestIdleCallback ?? setTimeout)(loadForLists);

const markRows = () => markPlayingRows(document, ".item-list:not(.item-list--queue) > .item-row");
document.addEventListener("player:shown", markRows);
markRows();
