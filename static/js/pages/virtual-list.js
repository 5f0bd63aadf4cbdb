// A long list of which only the rows near the screen stand in the page. Rows come in chunks from the server;
// chunks that are far away are removed, and gaps of their exact height keep the scrollbar right. The stylesheet
// makes all rows equally high.
import { showToast } from "../shared/show-toast.js";

const NEAR_ROWS = 25; // rows that are fetched before they come into view
const MAX_FAR_CHUNKS = 3; // on either side of those
const SETTLE_MS = 70; // dragging the scrollbar passes many rows that are never looked at

export function createVirtualList(list, { url, onRows = () => {}, onFacts = () => {} }) {
  const size = Number(list.dataset.chunk);
  const chunks = new Map(); // by number: its rows, and the gap in front of them
  const loading = new Map();
  const tail = createGap();
  const ended = new AbortController();
  let shown = Number(list.dataset.shown);
  let rowPx = 0;
  let version = 0; // of the rows: answers to requests of an older version are dropped
  let isHeld = false; // while a row is dragged no chunk may be removed
  let settleTimer = 0;
  let frame = 0;

  function createGap() {
    const gap = document.createElement("li");
    gap.className = "gap";
    gap.setAttribute("aria-hidden", "true");
    return gap;
  }

  const getChunkSize = (number) => Math.min(size, shown - number * size);

  function adoptRows() {
    const rows = [...list.querySelectorAll(":scope > .item-row")];
    const first = Math.floor(Number(list.dataset.start) / size);
    for (let at = 0; at < rows.length; at += size) insertChunk(first + at / size, rows.slice(at, at + size), true);
    list.append(tail);
    measureRows();
  }

  function measureRows() {
    const row = list.querySelector(":scope > .item-row");
    if (row) rowPx = row.getBoundingClientRect().height;
    layOutGaps();
  }

  // Each gap is as high as the rows that are missing between two chunks.
  function layOutGaps() {
    let at = 0;
    for (const number of [...chunks.keys()].sort((a, b) => a - b)) {
      setHeight(chunks.get(number).gap, number * size - at);
      at = number * size + getChunkSize(number);
    }
    setHeight(tail, shown - at);
  }

  function setHeight(gap, rows) {
    gap.hidden = rows <= 0;
    gap.style.blockSize = `${Math.max(rows, 0) * rowPx}px`;
  }

  function insertChunk(number, rows, isInPlace = false) {
    const gap = createGap();
    const next = [...chunks.keys()].filter((other) => other > number).sort((a, b) => a - b)[0];
    if (isInPlace) rows[0]?.before(gap);
    else (next === undefined ? tail : chunks.get(next).gap).before(gap, ...rows);
    chunks.set(number, { gap, rows });
  }

  function removeChunk(number) {
    const { gap, rows } = chunks.get(number);
    gap.remove();
    for (const row of rows) row.remove();
    chunks.delete(number);
  }

  const getTop = () => list.getBoundingClientRect().top;
  const getHeadHeight = () => document.getElementById("list-head")?.offsetHeight ?? 0; // it lies over the first rows

  function getVisible() {
    const top = getTop();
    const first = Math.max(Math.floor(-top / rowPx), 0);
    return { first, last: Math.min(Math.ceil((innerHeight - top) / rowPx), shown - 1) };
  }

  const getFirst = () => Math.max(Math.floor((getHeadHeight() - getTop()) / rowPx), 0);

  function getNearChunks() {
    const { first, last } = getVisible();
    if (last < 0 || first >= shown) return [];
    const from = Math.floor(Math.max(first - NEAR_ROWS, 0) / size);
    const to = Math.floor(Math.min(last + NEAR_ROWS, shown - 1) / size);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  }

  function update() {
    frame = 0;
    if (!list.isConnected) return end();
    if (!rowPx) measureRows();
    const numbers = getNearChunks();
    if (!numbers.length) return;
    for (const [number, controller] of loading) if (!numbers.includes(number)) controller.abort();
    if (numbers.some((number) => chunks.has(number))) fetchMissing(numbers);
    else settleTimer ||= setTimeout(() => fetchMissing(getNearChunks()), SETTLE_MS);
    if (!isHeld) removeFarChunks(numbers);
  }

  function fetchMissing(numbers) {
    clearTimeout(settleTimer);
    settleTimer = 0;
    for (const number of numbers) if (!chunks.has(number) && !loading.has(number)) fetchChunk(number);
  }

  function removeFarChunks(numbers) {
    const [from, to] = [numbers[0] - MAX_FAR_CHUNKS, numbers.at(-1) + MAX_FAR_CHUNKS];
    let hasRemoved = false;
    for (const number of [...chunks.keys()]) {
      const hasFocus = chunks.get(number).rows.some((row) => row.contains(document.activeElement));
      if ((number < from || number > to) && !hasFocus) hasRemoved = (removeChunk(number), true);
    }
    if (hasRemoved) layOutGaps();
  }

  const scheduleUpdate = () => (frame ||= requestAnimationFrame(update));

  async function requestRows(number, { withOrder = false } = {}) {
    const controller = new AbortController();
    const requestedVersion = version;
    loading.set(number, controller);
    try {
      const answer = await fetch(url(number * size, (number + 1) * size, withOrder), {
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
      if (loading.get(number) === controller) loading.delete(number);
    }
  }

  function parseRows(text) {
    const template = document.createElement("template");
    template.innerHTML = text;
    const facts = template.content.querySelector(".chunk-facts");
    return { facts, rows: [...template.content.children].filter((child) => child.matches(".item-row")) };
  }

  async function fetchChunk(number) {
    if (chunks.has(number) || loading.has(number)) return;
    const answer = await requestRows(number);
    if (!answer || chunks.has(number)) return;
    insertChunk(number, answer.rows);
    layOutGaps();
    onRows(answer.rows);
  }

  // Most rows only scroll past. htmx prepares a row when a pointer or the focus comes near.
  const processed = new WeakSet();
  function processRow(event) {
    const row = event.target.closest?.(".item-row");
    if (!row || processed.has(row)) return;
    processed.add(row);
    htmx.process(row);
  }
  for (const name of ["pointerover", "touchstart", "focusin"]) {
    list.addEventListener(name, processRow, { passive: true, signal: ended.signal });
  }

  // Another version, or another number of rows: the visible rows are replaced at once.
  async function refresh() {
    version += 1;
    for (const controller of loading.values()) controller.abort();
    loading.clear();
    const numbers = getNearChunks().length ? getNearChunks() : [0];
    const requestedVersion = version;
    const answers = await Promise.all(numbers.map((number, at) => requestRows(number, { withOrder: at === 0 })));
    if (requestedVersion !== version || answers.some((answer) => !answer)) return false;
    const { facts } = answers[0];
    shown = Number(facts.dataset.shown);
    for (const number of [...chunks.keys()]) removeChunk(number);
    numbers.forEach((number, at) => answers[at].rows.length && insertChunk(number, answers[at].rows));
    layOutGaps(); // before anything asks where things are: a page that is too short for a moment scrolls up
    Object.assign(list.dataset, { shown, total: facts.dataset.total, seen: facts.dataset.seen });
    onFacts(facts);
    onRows(answers.flatMap((answer) => answer.rows));
    scheduleUpdate();
    return true;
  }

  // Scrolls to the shown row with this index: to the middle of the screen, or as far down as `place` says.
  async function goTo(index, place = 0.5) {
    const top = getTop() + scrollY + index * rowPx;
    scrollTo({ top: top - Math.max(innerHeight * place, getHeadHeight()), behavior: "instant" });
    await fetchChunk(Math.floor(index / size));
    return chunks.get(Math.floor(index / size))?.rows[index % size];
  }

  function hold(isNowHeld) {
    isHeld = isNowHeld;
    if (!isHeld) scheduleUpdate();
  }

  function end() {
    clearTimeout(settleTimer);
    ended.abort();
    for (const controller of loading.values()) controller.abort();
  }

  adoptRows();
  document.addEventListener("scroll", scheduleUpdate, { passive: true, capture: true, signal: ended.signal });
  addEventListener("resize", () => (measureRows(), scheduleUpdate()), { signal: ended.signal });
  scheduleUpdate();

  return { refresh, goTo, hold, end, getFirst };
}
