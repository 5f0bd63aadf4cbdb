// When the player is asked again. The server says with each answer when the next one is due.
import { player } from "./player-state.js";

const byId = (id) => document.getElementById(id);
const now = () => performance.now();
const MAX_PAUSE_MS = 60000;
const FIRST_RETRY_MS = 5000;
const ACT_SHOWN_MS = 800;
let timer = 0;
let dueAt = 0;
let commandCount = 0; // commands under way: their answers are newer than any poll
let failureCount = 0;
let mustShow = false; // something was shown in advance that did not come true

// A page that nobody touches asks less often. Who comes back to it is shown at once what is true by then.
const UNTOUCHED_AFTER_MS = 45000;
let touchedAt = now();
const isUntouched = () => now() - touchedAt > UNTOUCHED_AFTER_MS;

function noteTouch() {
  const wasUntouched = isUntouched();
  touchedAt = now();
  if (wasUntouched) askIn(0);
}
for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "focus"]) {
  addEventListener(name, noteTouch, { passive: true, capture: true });
}

function askIn(ms) {
  dueAt = now() + ms;
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(ask, ms);
}

// The player page asks for itself, and its answer brings the bar along: there is one poll in any case.
const getPollElement = () => byId("watch") ?? byId("bar-watch");
const getShown = () => byId("player") ?? byId("bar");

function ask() {
  if (document.hidden || !getPollElement()) return;
  if (commandCount || player.isScrubbing) return askIn(300);
  htmx.trigger(getPollElement(), "player:poll");
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) noteTouch();
  askIn(Math.max(dueAt - now(), 0));
});

const isPoll = (ctx) => ctx.sourceElement?.id === "watch" || ctx.sourceElement?.id === "bar-watch";
const isCommand = (ctx) => ctx.request.method === "POST" && ["player", "bar", "device-popover"].includes(ctx.target?.id);

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (isPoll(ctx) && !mustShow) ctx.request.headers["HX-PTag"] = getShown().dataset.tag;
  if (isPoll(ctx) && isUntouched()) ctx.request.headers["Untouched"] = "true";
  if (ctx.request.method !== "POST" || ctx.target?.id !== "bar" || !byId("player")) return;
  // On the player page an answer to the bar shows the whole player.
  ctx.target = byId("player");
  ctx.request.headers["HX-Target"] = "div#player";
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!isCommand(ctx)) return;
  commandCount += 1;
  ctx.isCounted = true;
  for (const id of ["watch", "bar-watch"]) if (byId(id)) htmx.trigger(byId(id), "htmx:abort");
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx.isCounted) commandCount -= 1;
  if (!isPoll(ctx) && !isCommand(ctx)) {
    // Any act may have begun work in the background: the bar shows it soon.
    if (ctx.request.method === "POST" && dueAt - now() > ACT_SHOWN_MS) askIn(ACT_SHOWN_MS);
    return;
  }
  const pollMs = Number(ctx.response?.headers.get("Poll-Ms"));
  const wasAborted = !ctx.response && ctx.request.signal.aborted;
  if (pollMs) {
    failureCount = 0;
    mustShow = false;
    askIn(pollMs);
  } else if (isCommand(ctx)) {
    mustShow = true;
    askIn(100);
  } else if (!wasAborted) {
    failureCount += 1;
    askIn(Math.min(FIRST_RETRY_MS * 2 ** (failureCount - 1), MAX_PAUSE_MS));
  }
});

const askWhenDue = () => askIn(Number(byId("bar")?.dataset.pollMs ?? MAX_PAUSE_MS));

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "view") askWhenDue();
});
askWhenDue();
