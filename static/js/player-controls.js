// Buttons, sliders and the wheel of the bar and the player page. Without a script their forms send the same.
import { commands } from "./player-commands.js";
import { describePosition, player } from "./player-state.js";
import { formatMs } from "./shared/format-time.js";

const now = () => performance.now();

// --- Buttons --------------------------------------------------------------------------------------------
// Before htmx and the form hear of it.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-command]");
  if (!button || button.getAttribute("aria-disabled") === "true" || !player.facts) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  commands[button.dataset.command](Number(button.dataset.ms));
}, true);

// What other scripts ask for.
document.addEventListener("player:command", ({ detail }) => player.facts && commands[detail]());

// --- Sliders --------------------------------------------------------------------------------------------
const KEY_PAUSE_MS = 350; // arrows are pressed several times; one request is enough
const KEY_TO_INPUT_MS = 100; // an input this soon after a key comes from the key
let commitTimer = 0;
let keyPressedAt = -Infinity;

const getSlider = (event) => event.target.closest?.("[data-slider]");
const getBox = (slider) => slider.closest(".progress, .volume");
const isVolume = (slider) => slider.dataset.slider === "volume";

document.addEventListener("keydown", (event) => {
  if (getSlider(event)) keyPressedAt = now();
});

document.addEventListener("input", (event) => {
  const slider = getSlider(event);
  if (!slider) return;
  player.isScrubbing = true;
  const box = getBox(slider);
  box.setAttribute("hx-morph-skip", "");
  box.querySelector("progress").value = slider.value;
  const shown = box.querySelector("[id$='-now'], [data-volume-now]");
  if (shown) shown.textContent = isVolume(slider) ? slider.value : formatMs(slider.value);
  if (!isVolume(slider)) describePosition(slider, Number(slider.value));
  else if (now() - keyPressedAt > KEY_TO_INPUT_MS) commands.setVolume(Number(slider.value)); // heard while it moves
});

document.addEventListener("change", (event) => {
  const slider = getSlider(event);
  if (!slider) return;
  clearTimeout(commitTimer);
  commitTimer = setTimeout(() => commitSlider(slider), now() - keyPressedAt < KEY_TO_INPUT_MS ? KEY_PAUSE_MS : 0);
});

function commitSlider(slider) {
  player.isScrubbing = false;
  getBox(slider)?.removeAttribute("hx-morph-skip");
  if (isVolume(slider)) commands.setVolume(Number(slider.value));
  else commands.seekTo(Number(slider.value));
}

// --- The wheel over the volume --------------------------------------------------------------------------
const WHEEL_STEP = 4;

document.addEventListener("wheel", (event) => {
  if (!event.target.closest?.(".volume") || event.ctrlKey || !event.deltaY) return;
  event.preventDefault();
  commands.volumeBy(-Math.sign(event.deltaY) * WHEEL_STEP);
}, { passive: false });

// --- A swipe over what plays ------------------------------------------------------------------------------
document.addEventListener("pointerdown", async (event) => {
  if (event.pointerType !== "touch" || !event.target.closest?.("#bar-item")) return;
  (await import("./pages/bar-swipe.js")).startSwipe(event);
});

// --- What opens from the bar: its script comes when something does --------------------------------------
const queue = document.getElementById("queue-panel");
const wide = matchMedia("(width >= 80rem)"); // where the queue is a column
const loadPanels = () => import("./pages/bar-panels.js");

document.addEventListener("toggle", ({ target }) => target.dataset.source && loadPanels(), true);
(window.requestIdleCallback ?? setTimeout)(() => queue?.checkVisibility() && loadPanels());

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("#bar-queue, [data-close-queue]");
  if (!button) return;
  if (wide.matches && !queue.matches(":popover-open")) {
    event.preventDefault(); // of opening it as a popover
    await loadPanels();
    document.dispatchEvent(new Event("queue:toggle"));
  } else if (button.id !== "bar-queue") {
    queue.hidePopover();
  }
});
