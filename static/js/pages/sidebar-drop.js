// Songs that are dragged from any list onto a playlist of the sidebar: with the mouse, and after a long press. The
// keyboard has “Add to playlist” in the menu of each row. Rows that are moved by their grips come here as well.
import { formatNumber } from "../shared/format-number.js";

const ROW = "main :is(.item-row, .cover-card)";
const CONTROLS = "button, input, label, select, textarea, [data-grip]";
const ADDABLE = /^spotify:(track|episode|album|playlist):/;
const SAVEABLE = /^spotify:(track|episode):/;
const LONG_PRESS_MS = 350;
const MOVED_PX = 6;
const OPENS_AFTER_MS = 500;

const root = document.documentElement;
const getSection = () => document.getElementById("sidebar-playlists");
const getUri = (row) => row.dataset.uri ?? row.querySelector(".checkbox input")?.value ?? "";

let drag = null; // what is being dragged, and where over
let isHeld = false; // a finger has rested on a row: what it does now is no scrolling

// --- What is dragged --------------------------------------------------------------------------------------
function countPositions(ranges) {
  return ranges.split(",").filter(Boolean).reduce((sum, part) => {
    const [first, last = first] = part.split("-").map(Number);
    return sum + last - first + 1;
  }, 0);
}

// `data` is what the buttons of a selection send: most of its rows need not stand in the page.
function readDragged(row) {
  const form = document.getElementById("selection");
  if (!form || !row.classList.contains("is-selected")) return { uris: [getUri(row)], count: 1, data: null };
  const data = new FormData(form);
  const uris = data.getAll("uris");
  const inPage = [...document.querySelectorAll(`${ROW}.is-selected`)].map(getUri);
  const count = uris.length || countPositions(String(data.get("positions") ?? ""));
  return { uris: uris.length ? uris : inPage.length === count ? inPage : [], count, data };
}

// --- Where it can go --------------------------------------------------------------------------------------
const fill = (words, values) => words.replace(/COUNT|NAME/g, (name) => values[name]);
const getName = (entry) => entry.querySelector(".sidebar__text > span").textContent.trim();
const isLiked = (entry) => entry.dataset.uri === "liked";

function getRefusal(entry) {
  const { words } = drag;
  if (isLiked(entry)) return drag.uris.length && drag.uris.every((uri) => SAVEABLE.test(uri)) ? "" : words.wordsSongsOnly;
  if (entry.querySelector("a").pathname === location.pathname) return words.wordsHere;
  if (entry.dataset.canEdit !== undefined) return "";
  return entry.dataset.owner ? fill(words.wordsOnly, { NAME: entry.dataset.owner }) : words.wordsReadOnly;
}

function showTargets() {
  const heading = getSection().querySelector("h2 span");
  drag.heading = heading.textContent;
  heading.textContent = drag.words.wordsHeading;
  for (const entry of getSection().querySelectorAll(".sidebar__entry")) {
    const refusal = getRefusal(entry);
    const note = entry.querySelector("small");
    note.dataset.before = note.textContent;
    if (refusal) note.textContent = refusal;
    entry.classList.add(refusal ? "is-drop-off" : "is-drop");
  }
}

function hideTargets() {
  const section = getSection();
  section.querySelector("h2 span").textContent = drag.heading;
  for (const entry of section.querySelectorAll(".sidebar__entry")) {
    entry.classList.remove("is-drop", "is-drop-off", "is-drop-over");
    const note = entry.querySelector("small");
    if (note.dataset.before !== undefined) note.textContent = note.dataset.before;
    delete note.dataset.before;
  }
}

function createLabel() {
  const label = document.createElement("div");
  label.className = "drag-label";
  label.setAttribute("aria-hidden", "true");
  label.append(document.createElement("strong"), document.createElement("span"));
  label.firstChild.textContent = drag.countText;
  document.body.append(label);
  return label;
}

// --- Dragging ---------------------------------------------------------------------------------------------
function beginDrag(row) {
  const section = getSection();
  const dragged = readDragged(row);
  if (!dragged.data && !ADDABLE.test(dragged.uris[0])) return false;
  const words = section.dataset;
  const number = formatNumber(dragged.count);
  const countText = dragged.count === 1 ? words.wordsOne : fill(words.wordsMany, { COUNT: number });
  drag = { ...dragged, words, countText, over: null, openTimer: 0 };
  drag.label = createLabel();
  root.classList.add("is-dragging-songs");
  showTargets();
  return true;
}

function moveDrag({ clientX, clientY }) {
  drag.label.style.transform = `translate(${clientX + 16}px, ${clientY + 16}px)`;
  const below = document.elementFromPoint(clientX, clientY);
  const sidebar = below?.closest(".sidebar");
  root.classList.toggle("is-over-sidebar", Boolean(sidebar));
  openSmallSidebar(sidebar);
  const entry = below?.closest(".sidebar__entry") ?? null;
  if (entry === drag.over) return;
  if (drag.over) leaveEntry(drag.over);
  drag.over = entry;
  drag.label.lastChild.textContent = "";
  if (!entry) return;
  const note = entry.querySelector("small");
  if (entry.classList.contains("is-drop")) {
    entry.classList.add("is-drop-over");
    note.textContent = fill(drag.words.wordsDrop, { COUNT: drag.countText });
    drag.label.lastChild.textContent = fill(drag.words.wordsAdd, { NAME: getName(entry) });
  } else drag.label.lastChild.textContent = note.textContent;
}

function leaveEntry(entry) {
  if (!entry.classList.contains("is-drop-over")) return;
  entry.classList.remove("is-drop-over");
  const note = entry.querySelector("small");
  note.textContent = note.dataset.before ?? "";
}

// Names say more than covers.
function openSmallSidebar(sidebar) {
  if (!sidebar) {
    clearTimeout(drag.openTimer);
    drag.openTimer = 0;
    return document.querySelector(".sidebar.is-open")?.classList.remove("is-open");
  }
  drag.openTimer ||= setTimeout(() => sidebar.classList.add("is-open"), OPENS_AFTER_MS);
}

// Returns whether something took it.
function endDrag({ isDropped }) {
  const { over, label, openTimer } = drag;
  const target = isDropped && over?.classList.contains("is-drop-over") ? over : null;
  clearTimeout(openTimer);
  document.querySelector(".sidebar.is-open")?.classList.remove("is-open");
  label.remove();
  root.classList.remove("is-dragging-songs", "is-over-sidebar");
  hideTargets();
  const dragged = drag;
  drag = null;
  if (target) addTo(target, dragged);
  return Boolean(target);
}

// As the dialog and the menus add: with the same question where something stands there already, and the same Undo.
function addTo(entry, { uris, data, words }) {
  if (isLiked(entry)) {
    const values = { uris: uris.join(" "), saved: "true" };
    const source = document.getElementById("saves");
    return htmx.ajax("POST", words.save, { source, target: "#saved-news", swap: "outerMorph", values });
  }
  const sent = data ? { ...Object.fromEntries(data), uris: data.getAll("uris").join(" ") } : { uris: uris.join(" ") };
  const values = { ...sent, to: entry.dataset.uri.split(":").at(-1) };
  const source = document.getElementById("sidebar-drop");
  return htmx.ajax("POST", words.add, { source, target: "#dialog", swap: "innerHTML", values });
}

// The press that ends a drag is no click on what lies below.
function ignoreClick() {
  const ended = new AbortController();
  addEventListener("click", (click) => (click.preventDefault(), click.stopPropagation()), { capture: true, signal: ended.signal });
  setTimeout(() => ended.abort());
}

// --- With the mouse and with a finger -----------------------------------------------------------------------
// Whether the page may scroll is settled when the finger comes down, so sidebar.js listens to all moves.
export const holdPage = (event) => isHeld && event.cancelable && event.preventDefault();

export function armDrag(down) {
  const row = down.target.closest?.(ROW);
  if (!row || drag || down.button !== 0 || !down.isPrimary || down.target.closest(CONTROLS)) return;
  const isTouch = down.pointerType !== "mouse";
  const ended = new AbortController();
  const options = { signal: ended.signal, capture: true };
  let isArmed = !isTouch;
  const timer = isTouch ? setTimeout(() => (isArmed = isHeld = true), LONG_PRESS_MS) : 0;
  const isFar = (event) => Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > MOVED_PX;

  function finish(isDropped) {
    isHeld = false;
    clearTimeout(timer);
    ended.abort();
    if (drag) endDrag({ isDropped });
  }

  function move(event) {
    if (!drag && isFar(event)) {
      if (!isArmed || !beginDrag(row)) return finish(false);
      getSelection()?.removeAllRanges();
      document.getElementById("row-menu")?.hidePopover?.();
    }
    if (drag) moveDrag(event);
  }

  document.addEventListener("pointermove", move, options);
  document.addEventListener("pointerup", () => {
    const wasDragged = Boolean(drag);
    finish(true);
    if (wasDragged) ignoreClick();
  }, options);
  document.addEventListener("pointercancel", () => finish(false), options);
  document.addEventListener("dragstart", (event) => event.preventDefault(), options); // of a link or a picture
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    event.preventDefault();
    event.stopPropagation();
    finish(false);
  }, options);
}

// --- Rows that are moved by their grips ---------------------------------------------------------------------
export function followGrip(event) {
  const ended = new AbortController();
  const options = { signal: ended.signal, capture: true };
  if (drag || !beginDrag(event.detail.row)) return;
  const move = (moved) => drag && moveDrag(moved.touches?.[0] ?? moved);
  document.addEventListener("pointermove", move, options);
  document.addEventListener("touchmove", move, { ...options, passive: true });
  document.addEventListener("rows:drop", (dropped) => {
    ended.abort();
    if (drag && endDrag({ isDropped: true })) dropped.preventDefault(); // it stays where it was
  }, options);
}
