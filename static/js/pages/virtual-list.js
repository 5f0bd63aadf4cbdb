// A long list of which only the rows near the screen stand in the page. Rows come in chunks from the server and are
// put into the page a few in a frame, so that no frame is late; those that are far away are removed, and gaps of their
// exact height keep the scrollbar right. The stylesheet makes all rows equally high.
import { showToast } from "../shared/show-toast.js";

const NEAR_ROWS = 16; // rows that are fetched before they come into view
const FAR_ROWS = 6; // that stay on either side of those
const SLICE_ROWS = 4; // put into the page, or taken out of it, at one go; chunks consist of whole slices
const SHORT_FRAME_MS = 25; // after a frame that took no longer, more is put into the page
const SETTLE_MS = 70; // dragging the scrollbar passes many rows that are never looked at

export function createVirtualList(list, { url, onRows = () => {}, onFacts = () => {}, onMove = () => {} }) {
  const chunkRows = Number(list.dataset.chunk);
  const slices = new Map(); // those in the page, by number: their rows, and the gap in front of them
  const waiting = new Map(); // rows that have come and are not in the page yet, by slice
  const loading = new Map(); // by chunk
  const skipped = []; // slices of rows that came with the page, and which the browser has not laid out yet
  const tail = createGap();
  const ended = new AbortController();
  let shown = Number(list.dataset.shown);
  let rowPx = 0;
  let version = 0; // of the rows: answers to requests of an older version are dropped
  let usedRow = null; // the row that has the focus, or had it: it stays, the Tab key leads back to it
  let isHeld = false; // while a row is dragged no row may be removed
  let hasScrolled = false; // until then all that the page brought along stays
  let settleTimer = 0;
  let frame = 0;

  function createGap() {
    const gap = document.createElement("li");
    gap.className = "gap";
    gap.setAttribute("aria-hidden", "true");
    return gap;
  }

  const getChunk = (slice) => Math.floor((slice * SLICE_ROWS) / chunkRows);
  const sliceRows = (first, rows) =>
    Array.from({ length: Math.ceil(rows.length / SLICE_ROWS) }, (_, at) => [
      first / SLICE_ROWS + at, rows.slice(at * SLICE_ROWS, (at + 1) * SLICE_ROWS),
    ]);

  function adoptRows() {
    const rows = [...list.querySelectorAll(":scope > .item-row")];
    for (const [number, part] of sliceRows(Number(list.dataset.start), rows)) {
      const gap = createGap();
      gap.hidden = number > 0;
      part[0].before(gap);
      slices.set(number, { gap, rows: part });
      skipped.push(part);
    }
    list.append(tail);
  }

  // Each slice in a frame of its own: the wheel would have the browser lay out nine rows at once.
  function layOutSkipped() {
    const isSkipped = (row) => row.isConnected && !row.lastElementChild.checkVisibility({ contentVisibilityAuto: true });
    while (skipped.length && !skipped[0].some(isSkipped)) skipped.shift();
    skipped.shift()?.forEach((row) => row.classList.add("is-near"));
  }

  function measureRows() {
    const row = list.querySelector(":scope > .item-row");
    if (row) rowPx = row.getBoundingClientRect().height;
    layOutGaps();
  }

  // Each gap is as high as the rows that are missing between two slices.
  function layOutGaps() {
    let at = 0;
    for (const number of [...slices.keys()].sort((a, b) => a - b)) {
      const { gap, rows } = slices.get(number);
      setHeight(gap, number * SLICE_ROWS - at);
      at = number * SLICE_ROWS + rows.length;
    }
    setHeight(tail, shown - at);
  }

  function setHeight(gap, rows) {
    const height = `${Math.max(rows, 0) * rowPx}px`;
    if (gap.hidden !== rows <= 0) gap.hidden = rows <= 0;
    if (gap.style.blockSize !== height) gap.style.blockSize = height;
  }

  function insertSlice(number) {
    const rows = waiting.get(number);
    if (!rows) return [];
    waiting.delete(number);
    const gap = createGap();
    const next = Math.min(...[...slices.keys()].filter((other) => other > number));
    (slices.get(next)?.gap ?? tail).before(gap, ...rows);
    slices.set(number, { gap, rows });
    for (const row of rows) row.classList.add("is-near");
    return rows;
  }

  function removeSlice(number) {
    const { gap, rows } = slices.get(number);
    gap.remove();
    for (const row of rows) row.remove();
    slices.delete(number);
  }

  // --- What is near the screen --------------------------------------------------------------------------
  const getHeadHeight = () => document.getElementById("list-head")?.offsetHeight ?? 0; // it lies over the first rows

  // Asked for once in a frame, before anything is changed: the page need not be laid out for it.
  function look() {
    if (!rowPx) measureRows();
    const { top } = list.getBoundingClientRect();
    const first = Math.max(Math.floor(-top / rowPx), 0);
    const last = Math.min(Math.ceil((innerHeight - top) / rowPx), shown - 1);
    return { top, first, last, firstClear: Math.max(Math.floor((getHeadHeight() - top) / rowPx), 0) };
  }

  const getFirst = () => look().firstClear;

  // The slices of these rows, from the middle of the screen outwards.
  function listSlices({ first, last }, margin = 0) {
    if (last < 0 || first >= shown) return [];
    const from = Math.floor(Math.max(first - margin, 0) / SLICE_ROWS);
    const to = Math.floor(Math.min(last + margin, shown - 1) / SLICE_ROWS);
    const middle = (first + last) / 2 / SLICE_ROWS;
    const distance = (number) => Math.abs(number + 0.5 - middle);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at).sort((a, b) => distance(a) - distance(b));
  }

  function update(now) {
    frame = 0;
    if (!list.isConnected) return end();
    const seen = look();
    onMove(seen.firstClear);
    const near = listSlices(seen, NEAR_ROWS);
    if (!near.length) return;
    const chunks = new Set(near.map(getChunk));
    for (const [chunk, controller] of loading) if (!chunks.has(chunk)) controller.abort();
    for (const number of waiting.keys()) if (!chunks.has(getChunk(number))) waiting.delete(number);
    if (near.some((number) => slices.has(number) || waiting.has(number))) fetchMissing(near);
    else settleTimer ||= setTimeout(() => fetchMissing(listSlices(look(), NEAR_ROWS)), SETTLE_MS);
    moveSlices(near, seen, now);
  }

  function fetchMissing(near) {
    clearTimeout(settleTimer);
    settleTimer = 0;
    for (const number of near) if (!slices.has(number) && !waiting.has(number)) fetchChunk(getChunk(number));
  }

  // One slice in and one out; where frames are short, more while the screen itself shows a gap.
  let movedAt = 0;
  function moveSlices(near, seen, now) {
    const due = near.filter((number) => waiting.has(number));
    const isOnScreen = due.length && due[0] * SLICE_ROWS <= seen.last && (due[0] + 1) * SLICE_ROWS > seen.first;
    const next = due.slice(0, isOnScreen && now - movedAt < SHORT_FRAME_MS ? 3 : 1);
    movedAt = now;
    const rows = next.flatMap(insertSlice);
    const far = isHeld || !hasScrolled ? [] : listFarSlices(near);
    if (far.length) removeSlice(far[0]);
    if (rows.length || far.length) layOutGaps();
    if (rows.length) onRows(rows);
    else if (!far.length) layOutSkipped();
    if (due.length > next.length || far.length > 1 || skipped.length) scheduleUpdate();
  }

  function listFarSlices(near) {
    const margin = FAR_ROWS / SLICE_ROWS;
    const [from, to] = [Math.min(...near) - margin, Math.max(...near) + margin];
    const isFar = ([number, { rows }]) => (number < from || number > to) && !rows.includes(usedRow);
    return [...slices].filter(isFar).map(([number]) => number);
  }

  const scheduleUpdate = () => (frame ||= requestAnimationFrame(update));

  async function requestRows(chunk, { withOrder = false } = {}) {
    const controller = new AbortController();
    const requestedVersion = version;
    loading.set(chunk, controller);
    try {
      const answer = await fetch(url(chunk * chunkRows, (chunk + 1) * chunkRows, withOrder), {
        headers: { "HX-Request": "true", "HX-Request-Type": "partial" },
        signal: controller.signal,
      });
      if (answer.status === 404) return location.reload(); // the server no longer has this version
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const text = await answer.text();
      return requestedVersion === version ? parseRows(text) : null;
    } catch (error) {
      if (error.name !== "AbortError") showToast("network");
      return null;
    } finally {
      if (loading.get(chunk) === controller) loading.delete(chunk);
    }
  }

  function parseRows(text) {
    const template = document.createElement("template");
    template.innerHTML = text;
    const facts = template.content.querySelector(".chunk-facts");
    return { facts, rows: [...template.content.children].filter((child) => child.matches(".item-row")) };
  }

  const keepWaiting = (chunk, rows) => {
    for (const [number, part] of sliceRows(chunk * chunkRows, rows)) if (!slices.has(number)) waiting.set(number, part);
  };

  async function fetchChunk(chunk) {
    if (loading.has(chunk)) return;
    const answer = await requestRows(chunk);
    if (!answer) return;
    keepWaiting(chunk, answer.rows);
    scheduleUpdate();
  }

  // Another version, or another number of rows: those on the screen are replaced at once, the others follow.
  async function refresh() {
    version += 1;
    for (const controller of loading.values()) controller.abort();
    loading.clear();
    const near = [...new Set(listSlices(look(), NEAR_ROWS).map(getChunk))];
    const chunks = near.length ? near : [0];
    const requestedVersion = version;
    const answers = await Promise.all(chunks.map((chunk, at) => requestRows(chunk, { withOrder: at === 0 })));
    if (requestedVersion !== version || answers.some((answer) => !answer)) return false;
    const { facts } = answers[0];
    const seen = look();
    shown = Number(facts.dataset.shown);
    for (const number of [...slices.keys()]) removeSlice(number);
    waiting.clear();
    chunks.forEach((chunk, at) => keepWaiting(chunk, answers[at].rows));
    const onScreen = listSlices({ first: seen.first, last: Math.min(seen.last, shown - 1) });
    const rows = (onScreen.length ? onScreen : [...waiting.keys()]).flatMap(insertSlice);
    layOutGaps(); // before anything asks where things are: a page that is too short for a moment scrolls up
    Object.assign(list.dataset, { shown, total: facts.dataset.total, seen: facts.dataset.seen });
    onFacts(facts);
    onRows(rows);
    scheduleUpdate();
    return true;
  }

  // Scrolls to the shown row with this index: to the middle of the screen, or as far down as `place` says.
  async function goTo(index, place = 0.5) {
    const top = look().top + scrollY + index * rowPx;
    scrollTo({ top: top - Math.max(innerHeight * place, getHeadHeight()), behavior: "instant" });
    const number = Math.floor(index / SLICE_ROWS);
    const isMissing = !slices.has(number) && !waiting.has(number);
    const answer = isMissing && (await requestRows(getChunk(number)));
    if (answer) keepWaiting(getChunk(number), answer.rows);
    const rows = insertSlice(number);
    if (rows.length) {
      layOutGaps();
      onRows(rows);
      scheduleUpdate();
    }
    return slices.get(number)?.rows[index % SLICE_ROWS];
  }

  function hold(isNowHeld) {
    isHeld = isNowHeld;
    if (!isHeld) scheduleUpdate();
  }

  function end() {
    cancelAnimationFrame(frame);
    clearTimeout(settleTimer);
    ended.abort();
    for (const controller of loading.values()) controller.abort();
  }

  adoptRows();
  list.addEventListener("focusin", ({ target }) => (usedRow = target.closest(".item-row")), { signal: ended.signal });
  document.addEventListener("scroll", () => {
    hasScrolled = true;
    scheduleUpdate();
  }, { passive: true, capture: true, signal: ended.signal });
  addEventListener("resize", () => (measureRows(), scheduleUpdate()), { signal: ended.signal });
  scheduleUpdate();

  return { refresh, goTo, hold, end, getFirst };
}
