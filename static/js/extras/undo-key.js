// Ctrl+Z takes back what was done last, on whatever page, also when its toast has gone.
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

const toasts = document.getElementById("toasts");
[...toasts.children].forEach(rememberUndo);
new MutationObserver((changes) => {
  for (const toast of changes.flatMap((change) => [...change.addedNodes])) if (toast.matches?.(".toast")) rememberUndo(toast);
}).observe(toasts, { childList: true });
