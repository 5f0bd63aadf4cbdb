// Moving rows: by their grips with mouse and finger, and with the arrow keys. Only where they end is told.

const LONG_PRESS_MS = 220; // a shorter touch scrolls

const rowsOf = (list) => [...list.querySelectorAll(":scope > .item-row")];
const positionOf = (row) => Number(row.querySelector(".checkbox input").value);
const nameOf = (row) => row.querySelector(".item-row__title").textContent.trim();

// Where a row stands now, told by its neighbours: the position it is in front of.
function beforeOf(row) {
  let next = row.nextElementSibling;
  while (next && !next.matches(".item-row")) next = next.matches(".gap:not([hidden])") ? null : next.nextElementSibling;
  if (next) return positionOf(next);
  let previous = row.previousElementSibling;
  while (previous && !previous.matches(".item-row")) previous = previous.previousElementSibling;
  return previous ? positionOf(previous) + 1 : 0;
}

// `move(row, before, putBack)` is told; `hold(isHeld)` brackets everything that rows must stay in place for.
export async function attach(list, { sortable, words, say, move, hold }) {
  if (!window.Sortable) await import(sortable);
  if (!list.isConnected) return;
  let place = null; // where the row in hand came from: what stood behind it

  const putBack = (row, behind) => () => behind.parentElement === list && behind.before(row);

  const sorting = new window.Sortable(list, {
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
      place = item.nextElementSibling?.matches(".is-dragging") ? item.nextElementSibling.nextElementSibling : item.nextElementSibling;
      hold(true);
      navigator.vibrate?.(10);
    },
    onEnd({ item }) {
      const from = positionOf(item);
      const before = beforeOf(item);
      hold(false);
      if (before !== from && before !== from + 1) move(item, before, putBack(item, place));
    },
  });

  // --- The keyboard -------------------------------------------------------------------------------------
  let carried = null;

  const spoken = (sentence, row, at) =>
    say(sentence.replace("NAME", () => nameOf(row)).replace("NUMBER", at).replace("TOTAL", list.dataset.total));

  const numberNow = (row) => {
    const before = beforeOf(row);
    return before > positionOf(row) ? before : before + 1;
  };

  function step(row, isDown) {
    const other = isDown ? nextRow(row) : previousRow(row);
    if (!carried) {
      carried = { row, behind: row.nextElementSibling };
      row.classList.add("is-moving");
      hold(true);
      if (other) spoken(words.lifted, row, numberNow(row));
    }
    if (!other) return;
    if (isDown) other.after(row);
    else other.before(row);
    row.querySelector(".item-row__grip").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    spoken(words.moved, row, numberNow(row));
  }

  const neighbour = (row, way) => {
    let other = row[way];
    while (other && !other.matches(".item-row")) other = other.matches(".gap:not([hidden])") ? null : other[way];
    return other;
  };
  const nextRow = (row) => neighbour(row, "nextElementSibling");
  const previousRow = (row) => neighbour(row, "previousElementSibling");

  function drop() {
    const { row, behind } = carried;
    const [from, before] = [positionOf(row), beforeOf(row)];
    letGo();
    spoken(words.dropped, row, before > from ? before : before + 1);
    if (before !== from && before !== from + 1) move(row, before, putBack(row, behind));
  }

  function back() {
    const { row, behind } = carried;
    putBack(row, behind)();
    letGo();
    row.querySelector(".item-row__grip").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    spoken(words.back, row, positionOf(row) + 1);
  }

  function letGo() {
    carried.row.classList.remove("is-moving");
    carried = null;
    hold(false);
  }

  list.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(".item-row__grip")?.closest(".item-row");
    if (!row) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(row, event.key === "ArrowDown");
    else if (carried && (event.key === "Enter" || event.key === " ")) drop();
    else if (carried && event.key === "Escape") back();
    else return;
    event.preventDefault();
  });

  // Putting a row elsewhere moves the focus away and back; only who really leaves gives up.
  list.addEventListener("focusout", ({ relatedTarget }) => {
    if (carried && relatedTarget && !carried.row.contains(relatedTarget)) back();
  });

  list.addEventListener("contextmenu", (event) => {
    if (event.target.closest(".item-row__grip")) event.preventDefault(); // a long press is the beginning of a move
  });

  list.dataset.canDrag = "";
  return () => sorting.destroy();
}
