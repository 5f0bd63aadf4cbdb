// What opens from the bar: devices and volume, and the queue. Each is asked for when it is opened, and again when
// the bar has something else to show; nothing is asked while it is closed.
const queue = document.getElementById("queue-panel");
const wide = matchMedia("(width >= 80rem)");
const isOpen = (panel) => panel.checkVisibility(); // as a popover, or as a column
const getTag = () => document.getElementById("bar")?.dataset.tag;
const shown = new WeakMap(); // the tag of the bar that each panel was last asked for with

async function load(panel) {
  shown.set(panel, getTag());
  await htmx.ajax("GET", panel.dataset.source, { source: panel, target: `#${panel.id}`, swap: "innerMorph" });
  if (panel.matches(":popover-open") && document.activeElement === document.body) panel.querySelector("h2")?.focus();
}

function loadChanged() {
  for (const panel of document.querySelectorAll("[data-source]")) {
    if (isOpen(panel) && shown.get(panel) !== getTag()) load(panel);
  }
}

document.addEventListener("toggle", ({ target, newState }) => {
  if (newState === "open" && target.dataset.source) load(target);
}, true);
document.addEventListener("player:shown", loadChanged);

// --- The queue is a column where there is room for it ---------------------------------------------------
function showColumn(isShown) {
  document.documentElement.dataset.queue = isShown ? "open" : "closed";
  document.cookie = `queue=${isShown ? "open" : "closed"}; path=/; max-age=31536000; samesite=lax`;
  if (!isShown) return document.getElementById("bar-queue").focus();
  loadChanged();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#bar-queue, [data-close-queue]");
  const isPopover = !wide.matches || queue.matches(":popover-open");
  if (!button) return;
  if (!isPopover) {
    event.preventDefault(); // of opening it as a popover
    showColumn(!isOpen(queue));
  } else if (button.id !== "bar-queue") {
    queue.hidePopover();
  }
});

// --- The player page fills the screen: its button and Escape lead back to where it was opened -----------
function closePlayer(event) {
  const { navigation } = window; // only entries of this app are listed
  const isOpenedHere = navigation?.entries().some(({ index }) => index === navigation.currentEntry.index - 1);
  if (!isOpenedHere) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  history.back();
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#close-player")) closePlayer(event);
}, true);

const ON_ITS_OWN = "dialog, [popover], input:not([type=range]), textarea, select"; // what closes or clears by itself
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.target.closest(ON_ITS_OWN)) return;
  if (!document.querySelector(":popover-open, dialog[open]")) document.getElementById("close-player")?.click();
});

if (queue?.firstElementChild) shown.set(queue, getTag());
loadChanged();
