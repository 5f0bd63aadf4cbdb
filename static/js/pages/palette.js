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

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target !== list) return;
  selectEntry(getEntries()[0]);
  document.getElementById("palette-next").hidden = !getNextUrl();
});

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
  selectEntry(entries.at((index + step) % entries.length));
}

field.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown") moveSelection(1);
  else if (event.key === "ArrowUp") moveSelection(-1);
  else if (event.key === "Enter") {
    useEntry(getSelected(), {
      plays: event.ctrlKey || event.metaKey, queues: event.shiftKey, playsNext: event.altKey,
    });
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
  list.replaceChildren();
  dialog.showModal();
  field.focus();
  htmx.trigger(field, "find"); // what was opened last
}
