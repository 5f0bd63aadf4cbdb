// Toasts: how long they stay, closing them, and messages about requests that failed.
// Listeners sit on the document, because parts of the page come and go.
import { showToast } from "./shared/show-toast.js";

const MIN_SHOWN_MS = 8000;
const MS_PER_CHARACTER = 90; // slow reading
const timers = new WeakMap();

const isInUse = (toast) => toast.matches(":hover, :focus-within");

function startTimer(toast) {
  clearTimeout(timers.get(toast));
  const ms = Math.max(MIN_SHOWN_MS, toast.textContent.trim().length * MS_PER_CHARACTER);
  timers.set(toast, setTimeout(() => (isInUse(toast) ? startTimer(toast) : toast.remove()), ms));
}

// A failure that repeats itself is shown once, for as long as it lasts.
function addToast(toast) {
  const text = toast.textContent;
  const same = [...toast.parentElement.children].find((other) => other !== toast && other.textContent === text);
  const hasUndo = toast.querySelector(".toast__undo");
  if (same && !hasUndo) toast.remove();
  startTimer(same && !hasUndo ? same : toast);
}

function watchToasts() {
  const box = document.getElementById("toasts");
  if (!box) return;
  for (const toast of box.children) startTimer(toast);
  const getAdded = (changes) => changes.flatMap((change) => [...change.addedNodes]);
  new MutationObserver((changes) =>
    getAdded(changes).filter((node) => node.matches?.(".toast") && node.isConnected).forEach(addToast)
  ).observe(box, { childList: true });
}

document.addEventListener("click", (event) => {
  const toast = event.target.closest("[data-dismiss]")?.closest(".toast");
  toast?.remove();
});

// --- Requests that failed -------------------------------------------------------------------------------
// Leaving the page aborts what is under way; that is no failure to speak of.
let isLeaving = false;
addEventListener("pagehide", () => (isLeaving = true));
addEventListener("beforeunload", () => (isLeaving = true));
addEventListener("pageshow", () => (isLeaving = false));

// An element that shows on its own that it is out of date carries data-quiet.
const isQuiet = (ctx) => isLeaving || ctx?.sourceElement?.closest?.("[data-quiet]");

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && !ctx.response && !isQuiet(ctx)) showToast("network");
});

// Swapped or not is known only now: a form may ask to be shown with its mistakes (hx-status:422).
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const isFailure = ctx.response?.status >= 400 && ctx.swap === "none";
  if (!isFailure || ctx.text.includes("<hx-partial") || isQuiet(ctx)) return;
  showToast(ctx.response.status === 413 ? "size" : "server"); // the app itself answers 422
});

watchToasts();
