// Moving rows by their grips: with mouse and finger, and with the arrow keys. Only the end of a move is sent.

const LONG_PRESS_MS = 220; // a shorter touch scrolls

const getPosition = (row) => Number(row.querySelector(".checkbox input").value);
const getName = (row) => row.querySelector(".item-row__title").textContent.trim();

// The position that the row now stands in front of, by its neighbours.
function getPositionBelow(row) {
  let next = row.nextElementSibling;
  while (next && !next.matches(".item-row")) next = next.matches(".gap:not([hidden])") ? null : next.nextElementSibling;
  if (next) return getPosition(next);
  let previous = row.previousElementSibling;
  while (previous && !previous.matches(".item-row")) previous = previous.previousElementSibling;
  return previous ? getPosition(previous) + 1 : 0;
}

// Calls move(row, before, putBack) at the end of a move, and hold(isHeld) while rows must stay in place.
export function attachRowDragging(list, { words, announce, move, hold }) {
  const ended = new AbortController();
  const { signal } = ended;
  let rowBehind = null; // what stood behind the dragged row

  const putBack = (row, behind) => () => behind.parentElement === list && behind.before(row);

  // --- Mouse and finger: what they need is loaded when one comes near --------------------------------------
  let sorting = null;
  let pressed = null; // the press on a grip that came before it was there

  async function loadSorting() {
    if (!window.Sortable) await import("../../vendor/sortablejs/sortable.min.js"); // a script that sets a global
    if (sorting || signal.aborted) return;
    sorting = new window.Sortable(list, OPTIONS);
    signal.addEventListener("abort", () => sorting.destroy());
    if (pressed) sorting._onTapStart(pressed); // what it does with a press that it hears of itself
  }

  list.addEventListener("pointerover", () => sorting ?? loadSorting(), { signal });
  list.addEventListener("pointerdown", (event) => {
    pressed = !sorting && event.target.closest(".item-row__grip") ? event : null;
  }, { signal });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (pressed = null), { signal });

  const OPTIONS = {
    draggable: ".item-row",
    handle: ".item-row__grip",
    animation: 120,
    delay: LONG_PRESS_MS,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    forceFallback: true, // the browser's own way shows no row on a phone, and scrolls badly
    fallbackOnBody: false,
    fallbackTolerance: 3,
    scroll: true,
    scrollSensitivity: 90,
    scrollSpeed: 14,
    ghostClass: "is-placeholder",
    fallbackClass: "is-dragging",
    onStart({ item }) {
      rowBehind = item.nextElementSibling?.matches(".is-dragging") ? item.nextElementSibling.nextElementSibling : item.nextElementSibling;
      hold(true);
      navigator.vibrate?.(10);
      item.dispatchEvent(new CustomEvent("rows:drag", { bubbles: true, detail: { row: item } }));
    },
    onEnd({ item }) {
      const from = getPosition(item);
      const before = getPositionBelow(item);
      hold(false);
      // The sidebar may have taken it (sidebar-drop.js): then it stays where it was.
      const isKept = item.dispatchEvent(new CustomEvent("rows:drop", { bubbles: true, cancelable: true }));
      if (!isKept) return putBack(item, rowBehind)();
      if (before !== from && before !== from + 1) move(item, before, putBack(item, rowBehind));
    },
  };

  // --- The keyboard -------------------------------------------------------------------------------------
  let carried = null;

  const announceRow = (sentence, row, number) =>
    announce(sentence.replace("NAME", () => getName(row)).replace("NUMBER", number).replace("TOTAL", list.dataset.total));

  const getNumber = (row) => {
    const before = getPositionBelow(row);
    return before > getPosition(row) ? before : before + 1;
  };

  // `handle` has the focus: the grip, which is dropped by a key, or the row itself, dropped when Alt is let go.
  function moveByKey(row, isDown, handle = row) {
    const other = isDown ? findNextRow(row) : findPreviousRow(row);
    if (!carried) {
      carried = { row, handle, behind: row.nextElementSibling };
      row.classList.add("is-moving");
      hold(true);
      if (other) announceRow(words.lifted, row, getNumber(row));
    }
    if (!other) return;
    if (isDown) other.after(row);
    else other.before(row);
    carried.handle.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    announceRow(words.moved, row, getNumber(row));
  }

  const findNeighbour = (row, direction) => {
    let other = row[direction];
    while (other && !other.matches(".item-row")) other = other.matches(".gap:not([hidden])") ? null : other[direction];
    return other;
  };
  const findNextRow = (row) => findNeighbour(row, "nextElementSibling");
  const findPreviousRow = (row) => findNeighbour(row, "previousElementSibling");

  function drop() {
    const { row, behind } = carried;
    const [from, before] = [getPosition(row), getPositionBelow(row)];
    releaseRow();
    announceRow(words.dropped, row, before > from ? before : before + 1);
    if (before !== from && before !== from + 1) move(row, before, putBack(row, behind));
  }

  function cancel() {
    const { row, behind, handle } = carried;
    putBack(row, behind)();
    releaseRow();
    handle.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    announceRow(words.back, row, getPosition(row) + 1);
  }

  function releaseRow() {
    carried.row.classList.remove("is-moving");
    carried = null;
    hold(false);
  }

  list.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(".item-row__grip")?.closest(".item-row") ?? carried?.row;
    if (row?.parentElement !== list) return; // an open album has a list of its own
    if (carried && carried.handle === row && event.key !== "Escape") return; // row-keys.js asks for its steps
    if (event.key === "ArrowDown" || event.key === "ArrowUp") moveByKey(row, event.key === "ArrowDown", event.target);
    else if (carried && (event.key === "Enter" || event.key === " ")) drop();
    else if (carried && event.key === "Escape") cancel();
    else return;
    event.preventDefault();
  });

  list.addEventListener("rows:move", (event) => {
    if (event.detail.row.parentElement !== list) return;
    event.preventDefault();
    moveByKey(event.detail.row, event.detail.isDown);
  });
  list.addEventListener("keyup", ({ key }) => {
    if (key === "Alt" && carried && carried.handle === carried.row) drop();
  });

  // Putting a row elsewhere moves the focus away and back; only a focus elsewhere cancels the move.
  list.addEventListener("focusout", ({ relatedTarget }) => {
    if (carried && relatedTarget && !carried.row.contains(relatedTarget)) cancel();
  });

  list.addEventListener("contextmenu", (event) => {
    if (event.target.closest(".item-row__grip")) event.preventDefault(); // a long press begins a move
  });

  list.dataset.canDrag = "";
  return () => ended.abort();
}
