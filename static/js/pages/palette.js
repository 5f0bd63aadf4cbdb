// The palette: what is typed is answered by the server from the member's own index; arrow keys choose a line.
import { sendToBar } from "../shared/send-to-bar.js";

const dialog = document.getElementById("palette");
const field = document.getElementById("palette-q");
const list = document.getElementById("palette-list");

const getEntries = () => [...list.querySelectorAll('[role="option"]')];
const getSelected = () => list.querySelector('[aria-selected="true"]');

function selectEntry(entry) {
  getSelected()?.setAttribute("aria-selected", "false");
  if (!entry) return field.removeAttribute("aria-activedescendant");
  entry.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", entry.id);
  entry.scrollIntoView({ block: "nearest" });
}

// What arrow keys chose, and what Enter is to do once the list answers what stands in the field.
let chosen = null;
let isAnswered = true;
let wish = null;

// The search for what was typed is the same line after one more letter.
const nameEntry = ({ dataset: { url, dialog: dialogUrl, does } }) =>
  url?.replace(/\bq=[^&]*/, "") ?? dialogUrl ?? does;

field.addEventListener("input", () => {
  chosen = wish = null;
  isAnswered = false;
});

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement === field) ctx.words = field.value;
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target !== list) return;
  const entries = getEntries();
  selectEntry(entries.find((entry) => chosen && nameEntry(entry) === chosen) ?? entries[0]);
  document.getElementById("palette-next").hidden = !getNextUrl();
  if (ctx.response.status >= 400) return giveUp();
  isAnswered = ctx.words === field.value;
  if (isAnswered) useWish();
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.sourceElement === field && ctx.words === field.value) giveUp();
});

// No answer will come: Enter has done nothing, and the next one takes what is shown.
function giveUp() {
  wish = null;
  isAnswered = true;
}

function useWish() {
  if (wish && dialog.open) useEntry(getSelected(), wish);
  wish = null;
}

// Only where this app keeps the queue.
const getNextUrl = () => list.querySelector("[data-next]")?.dataset.next;

// As a link of the page would: the bar stays, and Back leads here.
function followLink(url) {
  const link = Object.assign(document.createElement("a"), { href: url, hidden: true });
  document.querySelector(".page").append(link);
  htmx.process(link);
  link.click();
  link.remove();
}

function useEntry(entry, { plays = false, queues = false, playsNext = false } = {}) {
  if (!entry) return;
  const { url, dialog: dialogUrl, does, uri } = entry.dataset;
  if ((plays || queues || playsNext) && !uri) return;
  if (playsNext && !getNextUrl()) return;
  dialog.close();
  if (plays) sendToBar(dialog.dataset.play, { uri });
  else if (playsNext) sendToBar(getNextUrl(), { uri });
  else if (queues) sendToBar(dialog.dataset.queue, { lines: uri });
  else if (does) document.dispatchEvent(new CustomEvent("keys:act", { detail: does }));
  else if (dialogUrl) htmx.ajax("GET", dialogUrl, { target: "#dialog", swap: "innerHTML" });
  else followLink(url);
}

function moveSelection(step) {
  const entries = getEntries();
  if (!entries.length) return;
  const index = entries.indexOf(getSelected());
  const entry = entries.at((index + step) % entries.length);
  chosen = nameEntry(entry);
  selectEntry(entry);
}

field.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown") moveSelection(1);
  else if (event.key === "ArrowUp") moveSelection(-1);
  else if (event.key === "Enter") {
    // Who types quicker than the answer comes means what was typed, and not what the list still shows.
    wish = { plays: event.ctrlKey || event.metaKey, queues: event.shiftKey, playsNext: event.altKey };
    if (isAnswered || chosen) useWish();
  } else return;
  event.preventDefault();
});

list.addEventListener("click", ({ target, ctrlKey, metaKey, shiftKey, altKey }) => {
  useEntry(target.closest('[role="option"]'), { plays: ctrlKey || metaKey, queues: shiftKey, playsNext: altKey });
});

dialog.addEventListener("click", ({ target }) => {
  if (target === dialog || target.closest("#palette-close")) dialog.close();
});

export function openPalette() {
  if (dialog.open) return dialog.close();
  field.value = "";
  chosen = wish = null;
  isAnswered = false;
  list.replaceChildren();
  dialog.showModal();
  field.focus();
  htmx.trigger(field, "find"); // what was opened last
}
