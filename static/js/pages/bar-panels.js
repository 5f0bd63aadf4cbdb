// What opens from the bar: devices and volume, what runs, and the queue. Each is asked for when it is opened, and again when
// the bar has something else to show; nothing is asked while it is closed. player-controls.js loads this.
const queue = document.getElementById("queue-panel");
const isOpen = (panel) => panel.checkVisibility(); // as a popover, or as a column
const getTag = () => document.getElementById("bar")?.dataset.tag;
const shown = new WeakMap(); // the tag of the bar that each panel was last asked for with

let timer = 0; // of a list that shows work under way

async function load(panel) {
  shown.set(panel, getTag());
  await htmx.ajax("GET", panel.dataset.source, { source: panel, target: `#${panel.id}`, swap: "innerMorph" });
  const againMs = Number(panel.querySelector("[data-again-ms]")?.dataset.againMs);
  clearTimeout(timer);
  if (againMs) timer = setTimeout(() => isOpen(panel) && load(panel), againMs);
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
  if (!isShown) return void document.getElementById("bar-queue").focus();
  loadChanged();
}

document.addEventListener("queue:toggle", () => showColumn(!isOpen(queue)));

if (queue?.firstElementChild) shown.set(queue, getTag());
loadChanged();
