// The pages of saved items: selecting among more rows than stand in the page, and rows that are far removed.
import { markPlayingRows } from "../shared/player-facts.js";
import { showToast } from "../shared/show-toast.js";
import { attachSelection } from "./selection.js";

const FAR_SCREENS = 6; // chunks above and below the window within this many screens stay in the page

// Back, a reload and a tab that the phone had put away come to the same row at the same height. The address knows
// the fifty rows that it stands among, this tab which of them, and from which the focus went to another page.
const PLACE_KEY = "row of ";
const openedRows = new Map(); // by address
let isBack = ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type) || document.wasDiscarded;
addEventListener("popstate", () => (isBack = true));
document.addEventListener("click", () => (isBack = false), true);

function rememberOpenedRow(event) {
  const row = event.target.closest?.("#rows a[href]")?.closest(".item-row, .cover-card");
  if (row) openedRows.set(location.href, row.querySelector("a[href]").getAttribute("href"));
}

function focusOpenedRow(library) {
  const href = isBack ? openedRows.get(location.href) : null;
  const place = isBack ? JSON.parse(sessionStorage.getItem(PLACE_KEY + location.pathname + location.search)) : null;
  isBack = false;
  const link = href ? library.querySelector(`#rows a[href="${CSS.escape(href)}"]`) : null;
  const row = place && document.getElementById(place.row);
  history.scrollRestoration = "manual"; // the browser knows only how far down it was, on a page that began elsewhere
  if (row) scrollBy({ top: row.getBoundingClientRect().top - place.top, behavior: "instant" });
  else link?.scrollIntoView({ block: "center" });
  link?.focus({ preventScroll: true });
}

export function start(library) {
  const byId = (id) => document.getElementById(id);
  let selection = null;

  // --- Selecting ----------------------------------------------------------------------------------------
  // Values are URIs: they go to the player, to playlists and to the library alike. One field holds them all,
  // because servers bound the number of fields.
  let selectableRows = null;

  function watchSelection() {
    const rows = byId("rows");
    if (rows && rows === selectableRows) return selection.show();
    selection?.end();
    selectableRows = rows;
    selection = rows && attachSelection(rows, { name: "uris", areRanges: false });
    byId("selection")?.addEventListener("formdata", ({ formData }) => formData.set("uris", formData.getAll("uris").join(" ")));
  }

  // All that the filter shows, not only what was scrolled to.
  async function selectAll() {
    const state = new URLSearchParams(new FormData(byId("saved-filter")));
    const answer = await fetch(`${library.dataset.selectedUrl}?${state}`, { headers: { Accept: "text/plain" } }).catch(() => null);
    const uris = answer?.ok && (await answer.text()).split("\n").filter(Boolean);
    if (!library.isConnected) return;
    uris ? selection?.choose(uris) : showToast(answer ? "server" : "network");
  }

  const isInOtherField = (target) => target.closest?.("dialog, [popover], textarea, select, input:not([type=checkbox])");

  function onSelectAll(event) {
    const isButton = event.type === "click" && event.target.closest?.("#selection-bar [data-select=all]");
    const isKey = event.type === "keydown" && event.key === "a" && (event.ctrlKey || event.metaKey) && !isInOtherField(event.target);
    if (!library.isConnected || !byId("rows") || (!isButton && !isKey)) return;
    event.preventDefault();
    event.stopPropagation();
    selectAll();
  }

  const ended = new AbortController();
  const { signal } = ended;
  // By the key of a row, as its button does: it stays where it is, and can be saved again.
  library.addEventListener("rows:remove", (event) => {
    event.preventDefault();
    event.detail.row.querySelector('.save-button[aria-pressed="true"]')?.click();
  }, { signal });
  document.addEventListener("click", onSelectAll, { capture: true, signal });
  document.addEventListener("keydown", onSelectAll, { capture: true, signal });

  library.addEventListener("click", (event) => {
    if (addressTimer && event.target.closest?.("#rows a[href]")) saveAddress(); // who leaves while a list comes to rest
    rememberOpenedRow(event);
  }, { capture: true, signal });
  // --- Many rows ----------------------------------------------------------------------------------------
  // What follows is fetched before it comes into view; what is far away is taken out of the page and put back.
  const removed = new WeakMap();
  const nearChunks = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) isIntersecting ? restoreRows(target) : removeRows(target);
  }, { rootMargin: `${FAR_SCREENS * 100}% 0px` });

  function removeRows(chunk) {
    if (removed.has(chunk) || !chunk.isConnected || chunk.contains(document.activeElement)) return;
    const height = chunk.getBoundingClientRect().height;
    if (!height) return;
    const rows = document.createDocumentFragment();
    rows.append(...chunk.childNodes);
    chunk.style.blockSize = `${height}px`;
    removed.set(chunk, rows);
  }

  function restoreRows(chunk) {
    const rows = removed.get(chunk);
    if (!rows) return;
    removed.delete(chunk);
    chunk.append(rows);
    chunk.removeAttribute("style"); // htmx copies attributes, and the content policy refuses even an empty style
    document.dispatchEvent(new CustomEvent("library:drawn", { detail: { root: chunk } }));
    selection?.show();
    markPlaying();
  }

  // The address follows the scroll position, so that Back and a reload come to the same rows.
  let addressTimer = 0;
  function saveAddress() {
    clearTimeout(addressTimer);
    addressTimer = 0;
    if (!library.isConnected) return;
    const top = [...library.querySelectorAll(".chunk")].find((chunk) => chunk.getBoundingClientRect().bottom > 0);
    const here = top && new URL(top.dataset.here, location.href);
    if (!here || here.pathname !== location.pathname) return;
    if (here.href !== location.href) history.replaceState({ htmx: true }, "", here);
    const row = [...top.querySelectorAll(".item-row, .cover-card")].find((one) => one.getBoundingClientRect().bottom > 0);
    const place = row && JSON.stringify({ row: row.id, top: row.getBoundingClientRect().top });
    if (place) sessionStorage.setItem(PLACE_KEY + here.pathname + here.search, place);
  }
  function saveAddressSoon() {
    clearTimeout(addressTimer);
    addressTimer = setTimeout(saveAddress, 250);
  }
  addEventListener("scroll", saveAddressSoon, { passive: true, signal });

  // Rows that come in above must not push the others away. Where the order goes on, it has its heading already.
  // By swap: on a slow device another one, of the rows below, begins before this one has ended.
  const rowsBefore = new WeakMap();
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const row = isComingAbove(ctx) && [...library.querySelectorAll(".item-row, .cover-card")].find((one) => one.getBoundingClientRect().bottom > 0);
    if (row) rowsBefore.set(ctx, { row, top: row.getBoundingClientRect().top, chunk: byId("rows").firstElementChild });
  }, { signal });
  const isComingAbove = (ctx) => library.isConnected && ctx.target?.id === "rows" && ctx.swap === "afterbegin";

  function settleAbove(ctx) {
    if (!rowsBefore.has(ctx)) return;
    const { row, top, chunk } = rowsBefore.get(ctx);
    chunk.querySelector(".item-list__head")?.remove();
    const [heading, last] = [chunk.querySelector(":scope > .group"), [...chunk.previousElementSibling.querySelectorAll(":scope > .group")].at(-1)];
    if (heading === chunk.firstElementChild && heading?.firstElementChild.textContent === last?.firstElementChild.textContent) heading.remove();
    scrollBy({ top: row.getBoundingClientRect().top - top, behavior: "instant" });
  }

  function watchChunks() {
    for (const chunk of library.querySelectorAll(".chunk")) nearChunks.observe(chunk);
  }

  function markPlaying() {
    if (library.isConnected) markPlayingRows(library, ".item-row");
  }

  document.addEventListener("player:shown", markPlaying, { signal });

  function update() {
    if (!library.isConnected) return ended.abort(), nearChunks.disconnect(), selection?.end();
    watchSelection();
    watchChunks();
    markPlaying();
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    settleAbove(ctx);
    if (!library.isConnected || ["results", "rows", "view"].includes(ctx.target?.id)) update();
  }, { signal });

  // A jump leads the keyboard along, to the first row. After the swap the link itself is gone.
  const jumps = new WeakSet();
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement?.matches?.("#results a")) jumps.add(ctx);
  }, { signal });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!library.isConnected || !jumps.has(ctx) || ctx.target?.id !== "results") return;
    const first = library.querySelector("#rows .item-row, #rows .cover-card a[href]");
    if (first?.matches(".item-row")) first.tabIndex = 0; // row-keys.js has not seen it yet
    first?.focus({ preventScroll: true });
  }, { signal });

  // Several items removed together: the list is loaded again. A single row stays where it is, with its plus.
  const removedUris = new Set(); // they have no row any more, so that Undo has to load the list again
  document.addEventListener("library:saved", ({ detail: { uris, saved } }) => {
    const wereSelected = uris.some((uri) => selection?.chosen.has(uri));
    const areRestored = saved && uris.some((uri) => removedUris.has(uri));
    if (!library.isConnected || (!wereSelected && !areRestored && uris.length < 2)) return;
    for (const uri of uris) saved ? removedUris.delete(uri) : removedUris.add(uri);
    selection?.choose(uris, false); // an empty list has no selection; what Spotify refused stays selected
    htmx.trigger(byId("saved-filter"), "submit");
  }, { signal });

  library.querySelector(".library__tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  update();
  focusOpenedRow(library);
}

document.dispatchEvent(new CustomEvent("module:here", { detail: { address: import.meta.url, start } })); // module-loader.js
