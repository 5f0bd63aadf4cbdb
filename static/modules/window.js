// A long list of which only what is near the screen stands in the page. Rows come in chunks from the server;
// chunks that are far away are dropped, and empty places of their exact height keep the scrollbar honest.
// All rows are equally high, which the style sheet sees to.

const NEAR_ROWS = 25; // rows that are fetched before they come into view
const KEPT_CHUNKS = 3; // on either side of those
const SETTLE_MS = 70; // whoever drags the scrollbar passes by much that is never looked at

export function windowOf(list, { url, onRows = () => {}, onFacts = () => {} }) {
  const size = Number(list.dataset.chunk);
  const chunks = new Map(); // by number: the rows of it, and the empty place in front of them
  const loading = new Map();
  const tail = gapOf();
  const ended = new AbortController();
  let shown = Number(list.dataset.shown);
  let rowPx = 0;
  let version = 0; // of what the rows are about: answers to older questions are dropped
  let held = false; // while something is dragged nothing may be taken away beneath it
  let settle = 0;
  let frame = 0;

  function gapOf() {
    const gap = document.createElement("li");
    gap.className = "gap";
    gap.setAttribute("aria-hidden", "true");
    return gap;
  }

  const sizeOf = (number) => Math.min(size, shown - number * size);

  function adopt() {
    const rows = [...list.querySelectorAll(":scope > .item-row")];
    const first = Math.floor(Number(list.dataset.start) / size);
    for (let at = 0; at < rows.length; at += size) put(first + at / size, rows.slice(at, at + size), true);
    list.append(tail);
    measure();
  }

  function measure() {
    const row = list.querySelector(":scope > .item-row");
    if (row) rowPx = row.getBoundingClientRect().height;
    layout();
  }

  // Heights of the empty places: what lies between the chunks that are there.
  function layout() {
    let at = 0;
    for (const number of [...chunks.keys()].sort((a, b) => a - b)) {
      setHeight(chunks.get(number).gap, number * size - at);
      at = number * size + sizeOf(number);
    }
    setHeight(tail, shown - at);
  }

  function setHeight(gap, rows) {
    gap.hidden = rows <= 0;
    gap.style.blockSize = `${Math.max(rows, 0) * rowPx}px`;
  }

  function put(number, rows, isInPlace = false) {
    const gap = gapOf();
    const next = [...chunks.keys()].filter((other) => other > number).sort((a, b) => a - b)[0];
    if (isInPlace) rows[0]?.before(gap);
    else (next === undefined ? tail : chunks.get(next).gap).before(gap, ...rows);
    chunks.set(number, { gap, rows });
  }

  function drop(number) {
    const { gap, rows } = chunks.get(number);
    gap.remove();
    for (const row of rows) row.remove();
    chunks.delete(number);
  }

  const topPx = () => list.getBoundingClientRect().top + (list.querySelector(".item-list__head")?.offsetHeight ?? 0);

  function visible() {
    const top = topPx();
    const first = Math.max(Math.floor(-top / rowPx), 0);
    return { first, last: Math.min(Math.ceil((innerHeight - top) / rowPx), shown - 1) };
  }

  function wanted() {
    const { first, last } = visible();
    if (last < 0 || first >= shown) return [];
    const from = Math.floor(Math.max(first - NEAR_ROWS, 0) / size);
    const to = Math.floor(Math.min(last + NEAR_ROWS, shown - 1) / size);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  }

  function look() {
    frame = 0;
    if (!list.isConnected) return end();
    if (!rowPx) measure();
    const numbers = wanted();
    if (!numbers.length) return;
    for (const [number, question] of loading) if (!numbers.includes(number)) question.abort();
    if (numbers.some((number) => chunks.has(number))) fetchMissing(numbers);
    else settle ||= setTimeout(() => fetchMissing(wanted()), SETTLE_MS);
    if (!held) dropFar(numbers);
  }

  function fetchMissing(numbers) {
    clearTimeout(settle);
    settle = 0;
    for (const number of numbers) if (!chunks.has(number) && !loading.has(number)) fetchOne(number);
  }

  function dropFar(numbers) {
    const [from, to] = [numbers[0] - KEPT_CHUNKS, numbers.at(-1) + KEPT_CHUNKS];
    let hasDropped = false;
    for (const number of [...chunks.keys()]) {
      const isUsed = chunks.get(number).rows.some((row) => row.contains(document.activeElement));
      if ((number < from || number > to) && !isUsed) hasDropped = (drop(number), true);
    }
    if (hasDropped) layout();
  }

  const later = () => (frame ||= requestAnimationFrame(look));

  async function ask(number, { withOrder = false } = {}) {
    const question = new AbortController();
    const mine = version;
    loading.set(number, question);
    try {
      const answer = await fetch(url(number * size, (number + 1) * size, withOrder), {
        headers: { "HX-Request": "true", "HX-Request-Type": "partial" },
        signal: question.signal,
      });
      if (answer.status === 404) return location.reload(); // the version that is shown is not kept any more
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const text = await answer.text();
      return mine === version ? rowsOf(text) : null;
    } catch (error) {
      if (error.name !== "AbortError") window.say("network");
      return null;
    } finally {
      if (loading.get(number) === question) loading.delete(number);
    }
  }

  function rowsOf(text) {
    const template = document.createElement("template");
    template.innerHTML = text;
    const facts = template.content.querySelector(".chunk-facts");
    return { facts, rows: [...template.content.children].filter((one) => one.matches(".item-row")) };
  }

  async function fetchOne(number) {
    if (chunks.has(number) || loading.has(number)) return;
    const found = await ask(number);
    if (!found || chunks.has(number)) return;
    put(number, found.rows);
    layout();
    welcome(found.rows);
  }

  const welcome = onRows;

  // Most rows are only passed by. What they can do is brought to life when a pointer or the focus comes near.
  const alive = new WeakSet();
  function enliven(event) {
    const row = event.target.closest?.(".item-row");
    if (!row || alive.has(row)) return;
    alive.add(row);
    window.htmx.process(row);
  }
  for (const name of ["pointerover", "touchstart", "focusin"]) {
    list.addEventListener(name, enliven, { passive: true, signal: ended.signal });
  }

  // Another version, or another number of rows: what is on the screen is replaced at one go.
  async function refresh() {
    version += 1;
    for (const question of loading.values()) question.abort();
    loading.clear();
    const numbers = wanted().length ? wanted() : [0];
    const mine = version;
    const found = await Promise.all(numbers.map((number, at) => ask(number, { withOrder: at === 0 })));
    if (mine !== version || found.some((one) => !one)) return false;
    const { facts } = found[0];
    shown = Number(facts.dataset.shown);
    for (const number of [...chunks.keys()]) drop(number);
    numbers.forEach((number, at) => found[at].rows.length && put(number, found[at].rows));
    layout(); // before anything asks where things are: a page that is too short for a moment scrolls up
    Object.assign(list.dataset, { shown, total: facts.dataset.total, seen: facts.dataset.seen });
    onFacts(facts);
    welcome(found.flatMap((one) => one.rows));
    later();
    return true;
  }

  // Row number `at` of those that are shown: in the middle of the screen, or as far down as `place` says.
  async function goTo(at, place = 0.5) {
    const top = topPx() + scrollY + at * rowPx;
    scrollTo({ top: top - innerHeight * place, behavior: "instant" });
    await fetchOne(Math.floor(at / size));
    return chunks.get(Math.floor(at / size))?.rows[at % size];
  }

  function hold(isHeld) {
    held = isHeld;
    if (!held) later();
  }

  function end() {
    clearTimeout(settle);
    ended.abort();
    for (const question of loading.values()) question.abort();
  }

  adopt();
  document.addEventListener("scroll", later, { passive: true, capture: true, signal: ended.signal });
  addEventListener("resize", () => (measure(), later()), { signal: ended.signal });
  later();

  return { refresh, goTo, hold, end, measure, first: () => visible().first };
}
