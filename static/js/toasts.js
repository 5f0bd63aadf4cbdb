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
  rememberUndo(toast);
}

function watchToasts() {
  const box = document.getElementById("toasts");
  if (!box) return;
  for (const toast of box.children) {
    startTimer(toast);
    rememberUndo(toast);
  }
  const getAdded = (changes) => changes.flatMap((change) => [...change.addedNodes]);
  new MutationObserver((changes) =>
    getAdded(changes).filter((node) => node.matches?.(".toast") && node.isConnected).forEach(addToast)
  ).observe(box, { childList: true });
}

document.addEventListener("click", (event) => {
  const toast = event.target.closest("[data-dismiss]")?.closest(".toast");
  toast?.remove();
});

// --- Ctrl+Z takes back what was done last, on whatever page, also when its toast has gone ----------------
const MAX_UNDOABLE = 20;
const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
const UNDOABLE_KEY = `undoable by ${headers["X-Member"]}`;
const undoable = []; // toasts with Undo, the newest last
let current = null; // the one whose Undo has been asked for and not been answered
let waitingCount = 0; // of presses since then: each takes back what was done before

function rememberUndo(toast) {
  if (toast.querySelector(".toast__undo") && toast !== current && !undoable.includes(toast)) undoable.push(toast);
  if (undoable.length > MAX_UNDOABLE) undoable.shift();
}

// A page that is loaded as a whole forgets nothing either: this tab keeps them for its member.
const kept = document.createElement("template");
kept.innerHTML = sessionStorage.getItem(UNDOABLE_KEY) ?? "";
undoable.push(...kept.content.children);
addEventListener("pagehide", () => {
  sessionStorage.setItem(UNDOABLE_KEY, undoable.map((toast) => toast.outerHTML).join(""));
});
const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, [contenteditable]";

document.addEventListener("keydown", (event) => {
  const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!isUndo || event.target.matches(TYPING) || document.querySelector("dialog[open]")) return;
  if (!undoable.length && !current) return;
  event.preventDefault();
  if (current?.isConnected) waitingCount += 1;
  else undoLast();
});

function undoLast() {
  current = undoable.pop();
  if (!current) return;
  if (!current.isConnected) {
    document.getElementById("toasts").append(current);
    htmx.process(current);
  }
  current.querySelector(".toast__undo button").click();
}

// A toast whose Undo succeeded is out of date; the answer brings messages of its own.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const toast = ctx.sourceElement?.closest?.(".toast");
  if (!toast) return;
  const isUndone = ctx.response?.status < 400;
  const others = undoable.filter((other) => other !== toast);
  undoable.splice(0, undoable.length, ...others, ...(isUndone ? [] : [toast]));
  if (isUndone) toast.remove();
  if (toast !== current) return;
  current = null;
  if (!isUndone) waitingCount = 0;
  if (!waitingCount) return;
  waitingCount -= 1;
  undoLast();
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
