// The service worker, where the connection is secure, and the hint that this page can be an app, once per device.
import { frame } from "./frame-parts.js";

const { worker, scope } = document.querySelector("script[data-worker]").dataset;
const hint = document.getElementById("install-hint");
const SEEN = "install-hint";
const SHOWN_AFTER_PAGES = 3;

if (window.isSecureContext) navigator.serviceWorker?.register(worker, { scope }).catch(() => {}); // private windows

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return "never"; // no storage, no way to say it only once
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Full or switched off.
  }
}

// A newcomer looks around first.
const count = read(SEEN);
const isDue = count !== "never" && Number(count) >= SHOWN_AFTER_PAGES;
if (count !== "never" && !isDue) {
  write(SEEN, Number(count) + 1);
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target?.id === "view") write(SEEN, Number(read(SEEN)) + 1);
  });
}

function closeHint() {
  write(SEEN, "never");
  hint.hidden = true;
}

let { prompt } = frame;

function showHint(kind) {
  hint.querySelector(`[data-for="${kind}"]`).hidden = false;
  hint.hidden = false;
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // the browser's own bar would stand over the player
  prompt = event;
  if (isDue) showHint("prompt");
});
addEventListener("appinstalled", closeHint);
if (prompt && isDue) showHint("prompt");

// Only Safari on phones and tablets knows this property; it asks nobody by itself.
if (navigator.standalone === false && window.isSecureContext && isDue) showHint("share");

hint.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("data-install")) await prompt?.prompt();
  closeHint();
});
