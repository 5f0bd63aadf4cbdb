// The page of a playlist: its window of rows, what is chosen in it, moving rows, and noticing other versions.

const LOOK_MS = 30000;
const LOOK_AGAIN_MS = 10000;
const KEEP_PLACE_MS = 300;

const PLACE = "row of ";

// Loading anew, the state of the history is written over before this script is there.
let isFirst = true;
function keptBefore() {
  const isReload = isFirst && performance.getEntriesByType("navigation")[0]?.type === "reload";
  isFirst = false;
  return isReload ? Number(sessionStorage.getItem(PLACE + location.pathname + location.search)) : 0;
}

const byId = (id) => document.getElementById(id);

export async function start(root) {
  const [{ attach, ranges, spelt }, { windowOf }, { attach: attachDrag }] = await Promise.all(
    [root.dataset.selectionModule, root.dataset.windowModule, root.dataset.dragModule].map((address) => import(address))
  );
  if (!root.isConnected) return;
  const ended = new AbortController();
  const { signal } = ended;
  const form = byId("selection");
  const facts = () => byId("state").dataset;
  let list = null;
  let rows = null;
  let selection = null;
  let stopDrag = null;
  let isBusy = false;
  let focusNext = null;

  // --- The list, which a filter or another order replaces -----------------------------------------------
  function mount() {
    if (!root.isConnected) return end();
    const now = byId("rows");
    if (now === list) return;
    unmount();
    list = now;
    if (!list) return;
    selection = attach(list, { version: list.dataset.seen });
    rows = windowOf(list, { url: rowsUrl, onRows: welcome, onFacts: takeFacts });
    markPlaying([...list.querySelectorAll(".item-row")]);
    if (list.dataset.movable !== undefined) startDrag(list);
  }

  function unmount() {
    rows?.end();
    selection?.end();
    stopDrag?.();
    rows = selection = stopDrag = list = null;
  }

  function end() {
    unmount();
    ended.abort();
    clearInterval(looking);
    history.scrollRestoration = "auto";
  }

  function rowsUrl(from, to, withOrder) {
    const { q, sort } = list.dataset;
    const sent = new URLSearchParams({ from, to, seen: facts().seen, q, sort });
    if (withOrder) sent.set("order", "");
    return `${root.dataset.rows}?${sent}`;
  }

  function welcome(added) {
    markPlaying(added);
    selection.show();
    const next = focusNext && byId(focusNext);
    if (next) next.focus({ preventScroll: true });
    if (next) focusNext = null;
  }

  function takeFacts(found) {
    byId("list-count").textContent = found.textContent.trim();
    selection.orderIs(found.dataset.order);
  }

  // All has been read that was waited for.
  function firstTime() {
    for (const field of byId("filter").elements) field.disabled = false;
    wholeList();
  }

  const wholeList = () =>
    htmx.ajax("GET", location.pathname + location.search, { source: byId("look"), target: "#list", swap: "outerHTML" });

  // --- Versions -----------------------------------------------------------------------------------------
  async function readState() {
    const { seen, chosen } = facts();
    const shownSeen = (list ?? byId("rows-none"))?.dataset.seen;
    if (chosen !== undefined) delete byId("state").dataset.chosen;
    if (seen === shownSeen || shownSeen === undefined) return;
    if (!list || shownSeen === "0") return firstTime();
    // What was moved by its own grip or menu was not chosen: it must not go along with what is chosen next.
    const isOther = selection.instead?.some((one) => !selection.chosen.has(one));
    if (chosen !== undefined) selection.replace(isOther ? [] : spelt(chosen));
    selection.versionIs(seen);
    if (await rows.refresh()) {
      if (list?.dataset.shown === "0") wholeList();
      byId("place-number")?.setAttribute("max", list?.dataset.total ?? 1);
    }
  }

  document.addEventListener("htmx:after:swap", () => {
    mount();
    if (root.isConnected) readState();
  }, { signal });

  let lookedAt = performance.now();
  function look() {
    const isAsking = byId("state")?.hasAttribute("hx-get");
    if (!root.isConnected) return end();
    if (document.hidden || isAsking || isBusy) return;
    lookedAt = performance.now();
    const address = `${root.dataset.state}?look&seen=${facts().seen}`;
    htmx.ajax("GET", address, { source: byId("look"), target: "#state", swap: "outerMorph" });
  }
  const looking = setInterval(look, LOOK_MS);
  const lookAgain = () => performance.now() - lookedAt > LOOK_AGAIN_MS && look();
  document.addEventListener("visibilitychange", lookAgain, { signal });
  addEventListener("focus", lookAgain, { signal });

  // A dialog has changed a playlist: perhaps this one.
  document.addEventListener("playlists:changed", look, { signal });

  // --- What plays ---------------------------------------------------------------------------------------
  function markPlaying(some) {
    const uri = window.player?.facts?.now?.uri;
    for (const row of some) {
      const isPlaying = Boolean(uri) && row.dataset.uri === uri;
      row.classList.toggle("is-playing", isPlaying);
      if (isPlaying) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }
  document.addEventListener("player:shown", () => list && markPlaying(list.querySelectorAll(":scope > .item-row")), { signal });

  // --- Moving -------------------------------------------------------------------------------------------
  const say = (words) => (byId("said").textContent = words);

  async function startDrag(target) {
    const { wordsLifted: lifted, wordsMoved: moved, wordsDropped: dropped, wordsBack: back } = root.dataset;
    const stop = await attachDrag(target, {
      sortable: root.dataset.sortable,
      words: { lifted, moved, dropped, back },
      say,
      move,
      hold: (isHeld) => rows?.hold(isHeld),
    });
    if (target === list) stopDrag = stop;
  }

  // The row stands there already; what Spotify made of it follows. Whoever drags a chosen row moves all that are.
  async function move(row, before, putBack) {
    const position = row.querySelector(".checkbox input").value;
    if (isBusy) return putBack();
    const chosen = selection.chosen.has(position) ? [...selection.chosen] : [position];
    isBusy = true;
    list.classList.add("is-busy");
    const seen = facts().seen;
    const above = chosen.filter((one) => Number(one) < before).length;
    focusNext = row.contains(document.activeElement) ? `grip-p${before - above}` : null;
    selection.instead = chosen;
    try {
      const values = { before };
      await htmx.ajax("POST", root.dataset.move, { source: form, target: "#state", swap: "outerMorph", values });
    } finally {
      selection.instead = null;
      isBusy = false;
      list?.classList.remove("is-busy");
      if (facts().seen === seen) putBack();
    }
  }

  // --- The menu of a row --------------------------------------------------------------------------------
  const menu = byId("row-menu");
  const place = byId("place");
  let menuRow = null;

  const linkOf = (uri) => {
    const [, kind, id] = uri.split(":");
    return kind === "local" ? "" : `https://open.spotify.com/${kind}/${id}`;
  };

  function openMenu(button) {
    menuRow = button.closest(".item-row");
    const uri = menuRow.dataset.uri ?? "";
    const isLocal = uri.startsWith("spotify:local:");
    const isOff = menuRow.classList.contains("is-unavailable");
    const has = { link: uri && !isLocal, playable: uri && !isLocal && !isOff, addable: uri && !isLocal, order: list.dataset.movable !== undefined };
    for (const item of menu.querySelectorAll("[data-for]")) item.hidden = !has[item.dataset.for];
    for (const item of menu.querySelectorAll("[data-value]")) item.value = item.dataset.value.replace("URI", uri);
    if (has.link) menu.querySelector("[data-for=link]").href = linkOf(uri);
    const added = menuRow.querySelector(".item-row__added");
    menu.setAttribute("aria-label", menuRow.querySelector(".item-row__title").textContent.trim());
    const said = menu.querySelector("[data-said]");
    const when = [...(added?.children ?? [])].map((one) => one.textContent).join(" · ");
    said.textContent = when && said.dataset.said.replace("WHEN", () => when);
    anchorTo(button, menu);
    menu.showPopover();
  }

  function anchorTo(button, popover) {
    root.querySelector("[data-anchor]")?.removeAttribute("data-anchor");
    button.dataset.anchor = "";
    popover.dataset.anchored = "";
  }

  menu?.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && (menu.contains(document.activeElement) || document.activeElement === document.body))
      menuRow?.querySelector("[data-row-menu]")?.focus({ preventScroll: true });
  });

  const positionIn = (row) => row.querySelector(".checkbox input").value;

  // Which rows a button means is settled by where it stands, before anything is sent.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button || !root.contains(button) || !selection) return;
    if (button.hasAttribute("data-row-menu")) return openMenu(button);
    if (button.hasAttribute("data-place")) return openPlace();
    if (button.getAttribute("form") !== "selection") return;
    const isOfRow = menu.contains(button) || (place?.contains(button) && placeRow);
    selection.instead = isOfRow ? [positionIn(menu.contains(button) ? menuRow : placeRow)] : null;
    menu.hidePopover();
    if (place?.contains(button)) place.hidePopover();
  }, { capture: true, signal });

  let placeRow = null;
  function openPlace() {
    placeRow = menuRow;
    menu.hidePopover();
    anchorTo(menuRow.querySelector("[data-row-menu]"), place);
    place.showPopover();
  }

  place?.addEventListener("toggle", (event) => {
    if (event.newState === "open") byId("place-number").select();
    else placeRow = null;
  });
  byId("place-number")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    byId("place-go").click();
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (selection && ctx.sourceElement?.getAttribute?.("form") === "selection") selection.instead = null;
  }, { signal });

  // --- Going to a position ------------------------------------------------------------------------------
  async function jump(number) {
    const { order, shown } = list.dataset;
    const at = order === `0-${shown - 1}` ? number - 1 : spelt(order).indexOf(String(number - 1));
    if (at < 0 || at >= shown) return;
    const row = await rows.goTo(at);
    row?.querySelector("input")?.focus({ preventScroll: true });
    row?.classList.add("is-highlighted");
    row?.addEventListener("animationend", () => row.classList.remove("is-highlighted"), { once: true });
  }

  root.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-jump]") || event.key !== "Enter") return;
    event.preventDefault();
    if (list && event.target.value) jump(event.target.valueAsNumber);
  }, { signal });

  // --- Back, and loading anew, come to the same rows ----------------------------------------------------
  let keeping = 0;
  document.addEventListener("scroll", () => {
    clearTimeout(keeping);
    keeping = setTimeout(() => {
      if (!root.isConnected || !rows) return;
      history.replaceState({ ...history.state, row: rows.first() }, "");
      sessionStorage.setItem(PLACE + location.pathname + location.search, rows.first());
    }, KEEP_PLACE_MS);
  }, { passive: true, capture: true, signal });

  mount();
  const kept = history.state?.row ?? keptBefore();
  if (kept && rows) {
    history.scrollRestoration = "manual"; // the browser knows only the rows that the page brought along
    rows.goTo(kept, 0);
  }
  if (list) readState();
}
