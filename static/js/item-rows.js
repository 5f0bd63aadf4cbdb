// Rows of items: a double-click or a tap plays one, and what else they do is loaded when somebody comes near a row. Marks what plays.
import { markPlayingRows } from "./shared/player-facts.js";
import { findRowToPlay } from "./shared/row-facts.js";
import { showToast } from "./shared/show-toast.js";

const MENU_BUTTON = '[form="menus"]';
const CONTROLS = "button, input, label, select, textarea, summary";

let loading = null;
function load() {
  loading ??= Promise.all([import("./pages/row-play.js"), import("./pages/row-menu.js"), import("./pages/row-keys.js")]).catch((error) => {
    loading = null;
    showToast("network");
    throw error;
  });
  return loading;
}

for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, ({ target }) => {
    const row = target.closest?.(".item-row");
    if (row) load().then(([play]) => play.prepareRow(row));
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(MENU_BUTTON);
  if (button) {
    event.preventDefault();
    load().then(([, menu]) => menu.toggleMenu(button));
  } else if (event.pointerType === "touch" && !event.target.closest?.(CONTROLS)) tapRow(event);
}, true);

const findRow = ({ target }) => (target.closest?.(`a[href], ${CONTROLS}`) ? null : target.closest?.(".item-row"));

document.addEventListener("dblclick", (event) => {
  const row = findRow(event);
  if (row) load().then(([play]) => play.playRow(row));
});

document.addEventListener("mousedown", (event) => {
  if (event.detail > 1 && findRow(event)) event.preventDefault(); // a double-click would select text
});

// On a phone the whole row is the button: its links are in its menu. While rows are chosen, a tap chooses.
function tapRow(event) {
  const row = event.target.closest?.(".item-row");
  const checkbox = row?.closest(".is-selecting, .has-selection") && row.querySelector(".checkbox input");
  const rowToPlay = row && findRowToPlay(row);
  if (!checkbox && !rowToPlay?.isItem) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (checkbox) checkbox.click();
  else load().then(([play]) => play.playRow(row));
}

// The keyboard finds lists prepared.
const loadForLists = () => document.querySelector(".item-list > .item-row") && load();
document.addEventListener("htmx:after:swap", loadForLists);
(window.requestIdleCallback ?? setTimeout)(loadForLists);

const markRows = () => markPlayingRows(document.querySelectorAll(".item-list:not(.item-list--queue) > .item-row"));
document.addEventListener("player:shown", markRows);
markRows();
