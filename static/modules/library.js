// The pages of saved things: choosing among more than stands in the page, and rows that are far away.
import { attach } from "./selection.js";

const FAR = 6; // chunks above and below the window that stay drawn

// The row from which a page of its own was opened: Back comes to it, not only to the fifty it stands among.
const left = new Map(); // by address
let isBack = false;
addEventListener("popstate", () => (isBack = true));
document.addEventListener("click", () => (isBack = false), true);

function noteLeft(event) {
  const row = event.target.closest?.("#rows a[href]")?.closest(".item-row, .cover-card");
  if (row) left.set(location.href, row.querySelector("a[href]").getAttribute("href"));
}

function comeBack(library) {
  const href = isBack ? left.get(location.href) : null;
  isBack = false;
  const link = href ? library.querySelector(`#rows a[href="${CSS.escape(href)}"]`) : null;
  link?.scrollIntoView({ block: "center" });
  link?.focus({ preventScroll: true });
}

export function start(library) {
  const byId = (id) => document.getElementById(id);
  let selection = null;
  let isChoosing = false;

  // --- Choosing -----------------------------------------------------------------------------------------
  // Values are URIs: they go to the player, to playlists and to the library alike. One field holds them all,
  // because servers bound the number of fields.
  let attached = null;

  function watchSelection() {
    const rows = byId("rows");
    if (rows && rows === attached) return selection.show();
    selection?.end();
    attached = rows;
    selection = rows && attach(rows, { name: "uris", areRanges: false });
    byId("selection")?.addEventListener("formdata", ({ formData }) => formData.set("uris", formData.getAll("uris").join(" ")));
  }

  // All that the filter shows, not only what was scrolled to.
  async function chooseAll() {
    const state = new URLSearchParams(new FormData(byId("saved-filter")));
    const answer = await fetch(`${library.dataset.selectedUrl}?${state}`, { headers: { Accept: "text/plain" } }).catch(() => null);
    const uris = answer?.ok && (await answer.text()).split("\n").filter(Boolean);
    if (!library.isConnected) return;
    uris ? selection?.choose(uris) : window.say(answer ? "server" : "network");
  }

  const isElsewhere = (target) => target.closest?.("dialog, [popover], textarea, select, input:not([type=checkbox])");

  function onAll(event) {
    const isButton = event.type === "click" && event.target.closest?.("#selection-toolbar [data-select=all]");
    const isKey = event.type === "keydown" && event.key === "a" && (event.ctrlKey || event.metaKey) && !isElsewhere(event.target);
    if (!library.isConnected || !byId("rows") || (!isButton && !isKey)) return;
    event.preventDefault();
    event.stopPropagation();
    chooseAll();
  }

  const ended = new AbortController();
  const { signal } = ended;
  document.addEventListener("click", onAll, { capture: true, signal });
  document.addEventListener("keydown", onAll, { capture: true, signal });

  library.addEventListener("click", noteLeft, { capture: true, signal });
  library.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    isChoosing = !isChoosing;
    showChoosing();
  }, { signal });

  function showChoosing() {
    byId("rows")?.classList.toggle("is-selecting", isChoosing);
    library.querySelector("[data-choose]")?.setAttribute("aria-pressed", String(isChoosing));
  }

  // --- Many rows ----------------------------------------------------------------------------------------
  // What follows is fetched before it comes into view; what is far away is taken out of the page and put back.
  const away = new WeakMap();
  const near = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) isIntersecting ? putBack(target) : takeOut(target);
  }, { rootMargin: `${FAR * 100}% 0px` });

  function takeOut(chunk) {
    if (away.has(chunk) || !chunk.isConnected || chunk.contains(document.activeElement)) return;
    const height = chunk.getBoundingClientRect().height;
    if (!height) return;
    const rest = document.createDocumentFragment();
    rest.append(...chunk.childNodes);
    chunk.style.blockSize = `${height}px`;
    away.set(chunk, rest);
  }

  function putBack(chunk) {
    const rest = away.get(chunk);
    if (!rest) return;
    away.delete(chunk);
    chunk.append(rest);
    chunk.removeAttribute("style"); // an empty one would offend the content policy when it is copied
    document.dispatchEvent(new CustomEvent("library:drawn", { detail: { root: chunk } }));
    selection?.show();
    markPlaying();
  }

  // The address follows, so that Back and a reload come to what was looked at. Written when scrolling rests.
  let resting = 0;
  function noteWhere() {
    clearTimeout(resting);
    resting = setTimeout(() => {
      if (!library.isConnected) return;
      const top = [...library.querySelectorAll(".chunk")].find((chunk) => chunk.getBoundingClientRect().bottom > 0);
      const here = top && new URL(top.dataset.here, location.href);
      if (here && here.pathname === location.pathname && here.href !== location.href) history.replaceState({ htmx: true }, "", here);
    }, 250);
  }
  addEventListener("scroll", noteWhere, { passive: true, signal });

  function watchChunks() {
    for (const chunk of library.querySelectorAll(".chunk")) near.observe(chunk);
  }

  // The row of what plays, by what the bar knows.
  function markPlaying() {
    if (!library.isConnected) return;
    const uri = window.player?.facts?.now?.uri;
    for (const row of library.querySelectorAll(".item-row.is-playing")) if (row.dataset.uri !== uri) mark(row, false);
    for (const row of uri ? library.querySelectorAll(`.item-row[data-uri="${CSS.escape(uri)}"]`) : []) mark(row, true);
  }

  function mark(row, isPlaying) {
    row.classList.toggle("is-playing", isPlaying);
    isPlaying ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
  }

  document.addEventListener("player:shown", markPlaying, { signal });

  function look() {
    if (!library.isConnected) return ended.abort(), near.disconnect(), selection?.end();
    watchSelection();
    showChoosing();
    watchChunks();
    markPlaying();
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!library.isConnected || ["results", "rows", "view"].includes(ctx.target?.id)) look();
  }, { signal });

  // What was pressed to come here is drawn anew: who goes by keys goes on at the first row.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!library.isConnected || ctx.target?.id !== "results" || document.activeElement !== document.body) return;
    library.querySelector("#rows :is(.item-row, .cover-card) a[href]")?.focus({ preventScroll: true });
  }, { signal });

  // Taken away together: the list as it is now. One by one, a row stays where it is, with its plus.
  const taken = new Set(); // with a row of their own no more, so that Undo has to bring it back
  document.addEventListener("library:saved", ({ detail: { uris, saved } }) => {
    const wereChosen = uris.some((uri) => selection?.chosen.has(uri));
    const areBack = saved && uris.some((uri) => taken.has(uri));
    if (!library.isConnected || (!wereChosen && !areBack && uris.length < 2)) return;
    for (const uri of uris) saved ? taken.delete(uri) : taken.add(uri);
    selection?.choose(uris, false); // an empty list has none; what Spotify did not take stays chosen
    htmx.trigger(byId("saved-filter"), "submit");
  }, { signal });

  library.querySelector(".library__tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  look();
  comeBack(library);
}
