// Keyboard shortcuts. Their table stands in the help (a dialog of the page), and nowhere else.
import { frame } from "./frame-parts.js";
import { getSeekStep } from "./media-keys.js";

const { commands } = frame;
const help = document.getElementById("help");
const OFF = "keys-off";
const VOLUME_STEP = 5;

const ACTIONS = {
  ...commands,
  back: () => commands.seekBy(-getSeekStep()),
  forward: () => commands.seekBy(getSeekStep()),
  louder: () => commands.volumeBy(VOLUME_STEP),
  quieter: () => commands.volumeBy(-VOLUME_STEP),
  devices: () => press("bar-device"),
  queue: () => (document.getElementById("player") ? goTo("up-next-title") : press("bar-queue")),
  search: openPalette,
  help: () => help.showModal(),
};

const actionNames = new Map(); // by key
for (const row of help.querySelectorAll("[data-keys]")) actionNames.set(row.dataset.keys, row.dataset.does);
const SAME_KEYS = { " ": "Space", "+": "ArrowUp", "-": "ArrowDown" };

// --- The palette: its shell is there, and its script comes while nothing else is to do ---------------------
const palette = document.getElementById("palette");
const importPalette = () => import(palette.dataset.script);

async function openPalette() {
  (await importPalette()).openPalette();
}

(window.requestIdleCallback ?? setTimeout)(importPalette);

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest?.("[data-palette]")) return;
  event.preventDefault();
  openPalette();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (document.querySelector("dialog:modal:not(#palette)")) return;
  event.preventDefault();
  openPalette();
});

document.addEventListener("keys:act", ({ detail }) => ACTIONS[detail]?.());

const press = (id) => document.getElementById(id)?.click();

// --- Going to the queue and the search ------------------------------------------------------------------
const DESTINATION = "keys-goal"; // outlives a page that is loaded as a whole

function goTo(id) {
  const place = document.getElementById(id);
  if (place) return focusPlace(place);
  sessionStorage.setItem(DESTINATION, id);
  document.getElementById("bar-title")?.click(); // the player page has both
}

function focusPlace(place) {
  if (!place.matches("input")) place.setAttribute("tabindex", "-1");
  place.scrollIntoView({ block: "center" });
  place.focus({ preventScroll: true });
  place.select?.();
}

function focusDestination() {
  const place = document.getElementById(sessionStorage.getItem(DESTINATION));
  if (!place) return;
  sessionStorage.removeItem(DESTINATION);
  focusPlace(place);
}

document.addEventListener("htmx:finally:swap", focusDestination);
focusDestination();

// --- When the focused element needs the key itself ------------------------------------------------------
const TYPING = "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const PRESSED_WITH_SPACE = "button, a, summary, input, label, [role=menuitem], [role=option]";
const MOVED_WITH_ARROWS = "input, [role=menu], [role=listbox], [role=combobox], [role=grid], audio, video";
const UP_AND_DOWN = ["ArrowUp", "ArrowDown"];

function isTaken(event) {
  const { target, key } = event;
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return true;
  // The focus leaves a field in a dialog a moment after the dialog has closed.
  const needsLetters = target.closest("dialog, [popover]") || target.matches(TYPING) || target.isContentEditable;
  if (needsLetters && target.checkVisibility()) return true;
  if (event.shiftKey && !"?+/".includes(key)) return true;
  if (key === " " && target.closest(PRESSED_WITH_SPACE)) return true;
  if (key.startsWith("Arrow") && target.closest(MOVED_WITH_ARROWS)) return true;
  // On all other pages these two scroll.
  return UP_AND_DOWN.includes(key) && !document.getElementById("now-playing");
}

const isOn = () => localStorage.getItem(OFF) === null;
// Holding the key down repeats these.
const REPEATABLE = new Set(["back", "forward", "louder", "quieter", "next", "previous"]);

document.addEventListener("keydown", (event) => {
  if (!isOn() || isTaken(event)) return;
  const name = actionNames.get(SAME_KEYS[event.key] ?? event.key);
  if (!name || (event.repeat && !REPEATABLE.has(name))) return;
  event.preventDefault();
  ACTIONS[name]();
});

// --- The help, and the switch in it ---------------------------------------------------------------------
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-help]")) help.showModal();
  else if (event.target === help) help.close(); // beside the dialog
});

const checkbox = document.getElementById("keys-on");
checkbox.checked = isOn();
checkbox.addEventListener("change", () => {
  if (checkbox.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});
