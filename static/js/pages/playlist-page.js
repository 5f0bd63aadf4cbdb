// The page of a playlist: its list of rows, what is selected in it, moving rows, and noticing other revisions.
import { markPlayingRows } from "../shared/player-facts.js";
import { readUri } from "../shared/row-facts.js";
import { attachRowMenu } from "./playlist-row-menu.js";
import { attachRowDragging } from "./row-dragging.js";
import { attachSelection, parseRanges } from "./selection.js";
import { attachListHead } from "./list-head.js";
import { createVirtualList } from "./virtual-list.js";

const CHECK_EVERY_MS = 30000;
const MIN_CHECK_PAUSE_MS = 10000;
const SAVE_PLACE_AFTER_MS = 300;
const PLACE_KEY = "row of ";

const byId = (id) => document.getElementById(id);
function focusElement(element) {
  if (element?.matches(".item-row")) element.tabIndex = 0; // row-keys.js has not seen it yet
  element?.focus({ preventScroll: true });
}

const getPlaceKey = () => PLACE_KEY + location.pathname + location.search;

// When the page is loaded again, the state of the history is overwritten before this script runs.
let isFirstStart = true;
function readPlaceBeforeReload() {
  const kind = performance.getEntriesByType("navigation")[0]?.type;
  const isSamePage = isFirstStart && (kind === "reload" || kind === "back_forward" || document.wasDiscarded);
  isFirstStart = false;
  return isSamePage ? Number(sessionStorage.getItem(getPlaceKey())) : 0;
}

export function start(root) {
  const ended = new AbortController();
  const { signal } = ended;
  const form = byId("selection");
  const getFacts = () => byId("state").dataset;
  let list = null;
  let rows = null;
  let selection = null;
  let stopDragging = null;
  let isBusy = false;
  let focusNext = null; // id of the element to focus whenever its row is drawn, until the member does something else

  // --- The list, which a filter or another order replaces -----------------------------------------------
  function mount() {
    if (!root.isConnected) return end();
    const currentList = byId("rows");
    if (currentList === list) return;
    unmount();
    list = currentList;
    if (!list) return listHead?.showPlace();
    selection = attachSelection(list, { version: list.dataset.seen });
    rows = createVirtualList(list, { url: getRowsUrl, onRows: prepareRows, onFacts: showFacts, onMove: showPlace });
    markPlaying();
    if (list.dataset.movable !== undefined) startDragging();
    for (const name of ["item-list--movable", "item-list--who"]) byId("columns").classList.toggle(name, list.classList.contains(name));
  }

  const showPlace = (first) => listHead?.showPlace(first + 1, Number(list.dataset.shown));

  function unmount() {
    rows?.end();
    selection?.end();
    stopDragging?.();
    rows = selection = stopDragging = list = null;
  }

  function end() {
    unmount();
    ended.abort();
    clearInterval(checkTimer);
    history.scrollRestoration = "auto";
  }

  function getRowsUrl(from, to, withOrder) {
    const { q, sort } = list.dataset;
    const parameters = new URLSearchParams({ from, to, seen: getFacts().seen, q, sort });
    if (withOrder) parameters.set("order", "");
    return `${root.dataset.rows}?${parameters}`;
  }

  // Of all rows: which of two copies plays is told by what stands around them.
  function markPlaying() {
    if (list) markPlayingRows(list, ":scope > .item-row");
  }

  // What the player knows names most rows nowhere: then nothing about them has to be marked.
  function prepareRows(drawn) {
    const known = byId("bar")?.dataset.facts ?? "";
    if (drawn.some((row) => known.includes(readUri(row)))) markPlaying();
    if (selection.chosen.size) selection.show();
    if (focusNext) focusElement(byId(focusNext));
  }

  function showFacts(facts) {
    byId("list-count").textContent = facts.textContent.trim();
    selection.setOrder(facts.dataset.order);
  }

  // The playlist has now been read to its end.
  function showAfterFirstRead() {
    for (const field of byId("filter").elements) field.disabled = false;
    reloadList();
  }

  const reloadList = () =>
    htmx.ajax("GET", location.pathname + location.search, { source: byId("look"), target: "#list", swap: "outerHTML" });

  // --- Revisions ----------------------------------------------------------------------------------------
  async function readState() {
    const { seen, chosen } = getFacts();
    const shownRevision = (list ?? byId("rows-none"))?.dataset.seen;
    if (chosen !== undefined) delete byId("state").dataset.chosen;
    if (seen === shownRevision || shownRevision === undefined) return;
    if (!list || shownRevision === "0") return showAfterFirstRead();
    // A row that was moved by its own grip or menu was not selected: it must not go along with the next action.
    const isOther = selection.instead?.some((position) => !selection.chosen.has(position));
    if (chosen !== undefined) selection.replace(isOther ? [] : parseRanges(chosen));
    selection.setVersion(seen);
    if (await rows.refresh()) {
      if (list?.dataset.shown === "0") reloadList();
      byId("place-number")?.setAttribute("max", list?.dataset.total ?? 1);
    }
  }

  document.addEventListener("htmx:after:swap", () => {
    mount();
    if (root.isConnected) readState();
  }, { signal });

  let checkedAt = performance.now();
  function checkForChanges() {
    const isPolling = byId("state")?.hasAttribute("hx-get");
    if (!root.isConnected) return end();
    if (document.hidden || isPolling || isBusy) return;
    checkedAt = performance.now();
    const address = `${root.dataset.state}?look&seen=${getFacts().seen}`;
    htmx.ajax("GET", address, { source: byId("look"), target: "#state", swap: "outerMorph" });
  }
  const checkTimer = setInterval(checkForChanges, CHECK_EVERY_MS);
  const checkOnReturn = () => performance.now() - checkedAt > MIN_CHECK_PAUSE_MS && checkForChanges();
  document.addEventListener("visibilitychange", checkOnReturn, { signal });
  addEventListener("focus", checkOnReturn, { signal });

  // A dialog has changed a playlist: perhaps this one.
  document.addEventListener("playlists:changed", checkForChanges, { signal });

  document.addEventListener("player:shown", markPlaying, { signal });

  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, ({ key }) => key !== "Delete" && (focusNext = null), { signal, capture: true });
  }

  // --- Moving -------------------------------------------------------------------------------------------
  const announce = (text) => (byId("said").textContent = text);

  function startDragging() {
    const { wordsLifted: lifted, wordsMoved: moved, wordsDropped: dropped, wordsBack: back } = root.dataset;
    stopDragging = attachRowDragging(list, {
      words: { lifted, moved, dropped, back },
      announce,
      move,
      hold: (isHeld) => rows?.hold(isHeld),
    });
  }

  // The row stands there already; Spotify's answer follows. Dragging a selected row moves all that are selected.
  async function move(row, before, putBack) {
    const position = row.querySelector(".checkbox input").value;
    if (isBusy) return putBack();
    const positions = selection.chosen.has(position) ? [...selection.chosen] : [position];
    isBusy = true;
    list.classList.add("is-busy");
    const { seen } = getFacts();
    const movedFromAbove = positions.filter((moved) => Number(moved) < before).length;
    const place = before - movedFromAbove;
    focusNext = row === document.activeElement ? `row-p${place}` : row.contains(document.activeElement) ? `grip-p${place}` : null;
    selection.instead = positions;
    try {
      const values = { before };
      await htmx.ajax("POST", root.dataset.move, { source: form, target: "#state", swap: "outerMorph", values });
    } finally {
      selection.instead = null;
      isBusy = false;
      list?.classList.remove("is-busy");
      if (getFacts().seen === seen) putBack();
    }
  }

  // --- What the keys of a row ask for ---------------------------------------------------------------------
  root.addEventListener("rows:go-to-end", async (event) => {
    if (!list?.contains(event.target)) return;
    event.preventDefault();
    focusElement(await rows.goTo(event.detail.isLast ? Number(list.dataset.shown) - 1 : 0));
  }, { signal });

  // The row that takes its place has the focus afterwards.
  root.addEventListener("rows:remove", async (event) => {
    const button = byId("selected-remove");
    if (!button || !list?.contains(event.target) || isBusy) return;
    event.preventDefault();
    const position = event.detail.row.querySelector(".checkbox input").value;
    const isChosen = selection.chosen.has(position);
    selection.instead = isChosen ? null : [position];
    const order = parseRanges(list.dataset.order);
    const left = order.filter((other) => (isChosen ? !selection.chosen.has(other) : other !== position));
    const next = left.find((other) => order.indexOf(other) > order.indexOf(position)) ?? left.at(-1);
    const gone = isChosen ? [...selection.chosen] : [position];
    focusNext = next && `row-p${next - gone.filter((other) => Number(other) < Number(next)).length}`;
    const expected = focusNext;
    await htmx.ajax("POST", button.getAttribute("formaction"), { source: form, target: "#state", swap: "outerMorph" });
    selection.instead = null;
    if (focusNext === expected) focusElement(byId(focusNext));
  }, { signal });

  const listHead = byId("list-head") && attachListHead(byId("list-head"), { signal });

  attachRowMenu(root, { getSelection: () => selection, signal });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (selection && ctx.sourceElement?.getAttribute?.("form") === "selection") selection.instead = null;
  }, { signal });

  // --- Going to a position ------------------------------------------------------------------------------
  async function goToNumber(number) {
    const { order, shown } = list.dataset;
    const index = order === `0-${shown - 1}` ? number - 1 : parseRanges(order).indexOf(String(number - 1));
    if (index < 0 || index >= shown) return;
    const row = await rows.goTo(index);
    focusElement(row);
    row?.classList.add("is-highlighted");
    row?.addEventListener("animationend", () => row.classList.remove("is-highlighted"), { once: true });
  }

  root.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-jump]") || event.key !== "Enter") return;
    event.preventDefault();
    const number = Number(event.target.value.replace(/\D/g, ""));
    if (list && number) goToNumber(number);
    event.target.value = "";
  }, { signal });

  // --- Back, and loading again, come to the same rows ---------------------------------------------------
  let placeTimer = 0;
  document.addEventListener("scroll", () => {
    clearTimeout(placeTimer);
    placeTimer = setTimeout(() => {
      if (!root.isConnected || !rows) return;
      history.replaceState({ ...history.state, row: rows.getFirst() }, "");
      sessionStorage.setItem(getPlaceKey(), rows.getFirst());
    }, SAVE_PLACE_AFTER_MS);
  }, { passive: true, capture: true, signal });

  mount();
  const place = history.state?.row ?? readPlaceBeforeReload();
  if (place && rows) {
    history.scrollRestoration = "manual"; // the browser knows only the rows that the page brought along
    rows.goTo(place, 0);
  }
  if (list) readState();
}

document.dispatchEvent(new CustomEvent("module:here", { detail: { address: import.meta.url, start } })); // module-loader.js
