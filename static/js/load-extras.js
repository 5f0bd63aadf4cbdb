// Keys, save buttons and the installation come when nothing else is to do, or when somebody wants them before: then
// the same is done again once they are there.
import { commands } from "./player-commands.js";
import { player } from "./player-state.js";
import { getPlayingUris } from "./shared/player-facts.js";
import { showToast } from "./shared/show-toast.js";

let prompt = null; // the browser's offer to install the page, which may come first
document.addEventListener("frame:parts", ({ detail }) => Object.assign(detail, { commands, player, getPlayingUris, prompt }));

const waiting = new AbortController();
const { signal } = waiting;
const OPENERS = "[data-palette], [data-help]";
let loading = null;

// Whether they are there by then.
function load() {
  loading ??= import("./extras.js").then(() => (waiting.abort(), true), () => (loading = null));
  return loading;
}

async function wait(event, act) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await load()) act();
  else showToast("network");
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.id === "saves" && submitter) wait(event, () => form.requestSubmit(submitter));
}, { signal });

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.(OPENERS);
  const isOther = event.ctrlKey || event.metaKey || event.shiftKey; // asks for another tab or window
  if (opener && !isOther) wait(event, () => opener.click());
}, { capture: true, signal });

addEventListener("keydown", async (event) => {
  const { target, defaultPrevented } = event;
  if (!defaultPrevented && (await load())) target.dispatchEvent(new KeyboardEvent("keydown", event));
}, { signal });

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
}, { signal });

(window.requestIdleCallback ?? setTimeout)(load);
