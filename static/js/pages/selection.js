// Selecting rows: checkboxes, whole ranges with Shift, all with Ctrl+A. The selection is kept here, not in the
// rows, so that it outlives rows that are scrolled away, filtered out or drawn again.
//
// A list (data-selection="a key") has rows with one checkbox each and, when it is longer than what stands in
// the page, all its values in data-order: "5,3,8-10". The toolbar is the element named by data-toolbar, the form
// its buttons belong to the one named by the checkboxes' form attribute; data-name is the name its values get.

import { focusAlong, readTrail } from "../shared/focus-trail.js";
import { formatNumber } from "../shared/format-number.js";

const selections = new Map(); // by key: a page comes back with its selection

// "5,3,8-10" as a list of values.
export function parseRanges(ranges) {
  const values = [];
  for (const part of ranges.split(",").filter(Boolean)) {
    const [first, last = first] = part.split("-").map(Number);
    for (let value = first; value <= last; value += 1) values.push(String(value));
  }
  return values;
}

function formatRanges(values) {
  const sorted = [...values].map(Number).sort((a, b) => a - b);
  const parts = [];
  for (const value of sorted) {
    const part = parts.at(-1);
    if (part && value === part[1] + 1) part[1] = value;
    else parts.push([value, value]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

const ROW = ":is(.item-row, .cover-card)"; // or a cover
const getCheckboxes = (list) => [...list.querySelectorAll(`${ROW} .checkbox input[type=checkbox]`)];

export function attachSelection(list, { name = "positions", areRanges = true, version = "", onChange = () => {} } = {}) {
  const key = list.dataset.selection;
  const toolbar = document.getElementById(list.dataset.toolbar ?? "selection-bar");
  const form = document.getElementById(list.dataset.form ?? "selection");
  // Positions mean nothing in another version of the list.
  if (selections.get(key)?.version !== version) selections.set(key, { version, chosen: new Set(), isSelecting: false });
  const state = selections.get(key);
  const { chosen } = state;
  const ended = new AbortController();
  const { signal } = ended;
  let order = null; // parsed only when a range or all of it is selected
  let anchor = null;
  let trail = null; // to the checkbox that was pressed last: where the keyboard goes on when the toolbar goes

  // `instead`: what the menu of one row sends instead of the selection.
  const selection = { chosen, instead: null, values: () => selection.instead ?? [...chosen], show, choose, clear, replace, setOrder, setVersion, end };

  const getOrder = () => {
    order ??= list.dataset.order === undefined ? getCheckboxes(list).map((box) => box.value) : parseRanges(list.dataset.order);
    return order;
  };

  function setOrder(text) {
    list.dataset.order = text;
    order = null;
    show();
  }

  function show() {
    for (const box of getCheckboxes(list)) {
      box.checked = chosen.has(box.value);
      box.closest(ROW).classList.toggle("is-selected", box.checked);
    }
    list.classList.toggle("has-selection", chosen.size > 0);
    list.classList.toggle("is-selecting", state.isSelecting);
    for (const button of document.querySelectorAll("[data-select-mode]")) button.ariaPressed = String(state.isSelecting);
    if (!toolbar) return;
    if (toolbar.classList.contains("is-active") !== chosen.size > 0) toggleToolbar();
    if (chosen.size) showCount();
    onChange(selection);
  }

  function showCount() {
    const count = toolbar.querySelector("[data-count]");
    const words = chosen.size === 1 ? (count.dataset.one ?? count.dataset.count) : count.dataset.count;
    count.textContent = words.replace("COUNT", formatNumber(chosen.size));
    for (const button of toolbar.querySelectorAll("[data-select=all]")) {
      button.hidden = chosen.size >= Number(list.dataset.total ?? getCheckboxes(list).length);
    }
  }

  function toggleToolbar() {
    const hadFocus = toolbar.contains(document.activeElement);
    toolbar.classList.toggle("is-active");
    if (hadFocus) trail ? focusAlong(trail) : getCheckboxes(list)[0]?.focus({ preventScroll: true });
  }

  function choose(values, isSelected = true) {
    for (const value of values) isSelected ? chosen.add(String(value)) : chosen.delete(String(value));
    show();
  }

  function clear() {
    chosen.clear();
    anchor = null;
    show();
  }

  // The checkboxes go as well.
  function leave() {
    state.isSelecting = false;
    clear();
  }

  // By the entry of a row's menu.
  function chooseOpened() {
    const box = document.getElementById("row-menu").opener?.closest(ROW)?.querySelector(".checkbox input");
    if (!box || !list.contains(box)) return;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function replace(values) {
    chosen.clear();
    choose(values);
  }

  function setVersion(newVersion) {
    state.version = newVersion;
  }

  function chooseRange(value, isSelected) {
    const values = getOrder();
    const [from, to] = [values.indexOf(anchor), values.indexOf(value)].sort((a, b) => a - b);
    choose(from < 0 ? [value] : values.slice(from, to + 1), isSelected);
  }

  let isShiftPressed = false;
  list.addEventListener("click", (event) => {
    const box = event.target.closest?.(".checkbox input");
    if (box) isShiftPressed ||= event.shiftKey;
    else if (event.target.closest(".checkbox")) isShiftPressed = event.shiftKey; // a label is pressed before its checkbox
    else pressRow(event);
  }, { signal });

  // With Ctrl, Cmd or Shift a press anywhere on a row selects it, as in a file manager.
  function pressRow(event) {
    const row = event.target.closest(ROW);
    if (!row || event.target.closest("button, input, [popover]")) return;
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
    const box = row.querySelector(".checkbox input");
    if (!box) return;
    event.preventDefault();
    isShiftPressed = event.shiftKey;
    box.checked = isShiftPressed || !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  list.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target.closest(ROW)) event.preventDefault(); // no text gets selected
  }, { signal });

  list.addEventListener("change", (event) => {
    const box = event.target.closest?.(".checkbox input");
    if (!box) return;
    trail = readTrail(box);
    if (isShiftPressed && anchor !== null) chooseRange(box.value, box.checked);
    else choose([box.value], box.checked);
    anchor = box.value;
    isShiftPressed = false;
  }, { signal });

  const isInOtherField = (target) =>
    target.closest?.("dialog, [popover], textarea, select, input:not([type=checkbox]), [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (!list.isConnected || event.defaultPrevented || isInOtherField(event.target)) return;
    if (event.key === "Escape" && (chosen.size || state.isSelecting)) leave();
    else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      if (!getCheckboxes(list).length) return;
      event.preventDefault();
      choose(getOrder());
    }
  }, { signal });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-select], [data-select-mode], [data-menu-command=select]");
    if (!button || !list.isConnected) return;
    if (button.dataset.select === "all") choose(getOrder());
    else if (button.dataset.menuCommand) chooseOpened();
    else if (button.dataset.select || state.isSelecting) leave();
    else show((state.isSelecting = true));
  }, { signal });

  // Rows that are far away have no checkbox in the page: their values are added to the form here.
  form?.addEventListener("formdata", ({ formData }) => {
    if (!list.isConnected) return;
    formData.delete(name);
    const values = selection.values();
    if (areRanges) formData.append(name, formatRanges(values));
    else for (const value of values) formData.append(name, value);
  }, { signal });

  function end() {
    ended.abort();
  }

  show();
  return selection;
}

// For lists that stand in the page as a whole: data-module may name this file itself.
export function start(list) {
  const selection = attachSelection(list, { name: list.dataset.name ?? "positions", areRanges: list.dataset.name === undefined });
  const observer = new MutationObserver(() => (list.isConnected ? selection.show() : (observer.disconnect(), selection.end())));
  observer.observe(list.parentElement ?? list, { childList: true, subtree: true });
}
