// What the player does now: the facts from the bar, which is on every page, and the running position.
// The server says how old its answer is; clocks are never compared.
import { formatMs } from "./shared/format-time.js";
import { readPlayerFacts } from "./shared/player-facts.js";

const byId = (id) => document.getElementById(id);
const all = (selector) => document.querySelectorAll(selector);
const JITTER_MS = 1200; // Spotify's answers differ by this much although nothing jumped
const SHOW_EVERY_MS = 500;
const POSITION_SLIDERS = "[data-slider=seek]";

export const player = { facts: null, isScrubbing: false };

let run = { uri: null, startedAt: 0, startMs: 0, lengthMs: 0, isRunning: false };

export function getPosition() {
  const elapsed = run.isRunning ? performance.now() - run.startedAt : 0;
  return Math.min(run.startMs + elapsed, run.lengthMs || Infinity);
}

function refreshFacts() {
  const facts = readPlayerFacts();
  // Of a bar that was drawn before, the position is as old as the bar.
  if (!facts || facts.drawnAt === player.facts?.drawnAt) return;
  player.facts = facts;
  document.documentElement.toggleAttribute("data-playing", facts.isPlaying); // rows show pause where it plays
  const next = {
    uri: facts.now?.uri,
    startedAt: performance.now(),
    startMs: facts.progressMs,
    lengthMs: facts.now?.ms,
    isRunning: facts.isRunning,
  };
  const isSame = run.uri === next.uri && run.isRunning && next.isRunning;
  if (!isSame || Math.abs(getPosition() - next.startMs) > JITTER_MS) run = next;
  showPosition(getPosition());
}

// Shows a position before the server confirms it; `changes` may name another item.
export function setPosition(ms, changes = {}) {
  run = { ...run, ...changes, startedAt: performance.now(), startMs: ms };
  showPosition(ms);
}

function showPosition(ms) {
  if (player.isScrubbing) return;
  for (const bar of all("#position-bar, #bar-progress, #bar-line")) bar.value = ms;
  const text = formatMs(ms);
  // The same text again would be laid out again.
  for (const place of all("#position-now, #bar-position-now")) if (place.textContent !== text) place.textContent = text;
  for (const slider of all(POSITION_SLIDERS)) {
    slider.value = ms;
    if (slider !== document.activeElement) describePosition(slider, ms);
  }
}

// A screen reader hears the position when it is asked for or moved, not every second.
export function describePosition(slider, ms) {
  const text = slider.dataset.spoken.replace("POSITION", formatMs(ms));
  slider.setAttribute("aria-valuetext", text.replace("LENGTH", formatMs(slider.max)));
}

setInterval(() => run.isRunning && !document.hidden && showPosition(getPosition()), SHOW_EVERY_MS);

// --- The title of the page, and what the system shows ---------------------------------------------------
let pageTitle = document.title;

function showTitle() {
  const item = player.facts?.now;
  // The player page is named after what plays; any other keeps its own name behind it.
  if (!byId("player")) document.title = player.facts?.isPlaying && item ? `${item.title} · ${pageTitle}` : pageTitle;
  const show = () => showToSystem(player.facts?.now);
  if (navigator.mediaSession) (window.requestIdleCallback ?? setTimeout)(show);
}

function showToSystem(item) {
  const session = navigator.mediaSession;
  if (!window.MediaMetadata) return;
  const artwork = [item?.thumb, item?.cover].filter(Boolean).map((src) => ({ src }));
  const isNew = session.metadata?.title !== item?.title || session.metadata?.artist !== item?.by;
  if (!item?.uri) session.metadata = null;
  else if (isNew) session.metadata = new MediaMetadata({ title: item.title, artist: item.by, album: item.album, artwork });
  session.playbackState = !item?.uri ? "none" : player.facts.isPlaying ? "playing" : "paused";
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  // For the styles: with :has(), each change of the page would have all of it looked through.
  document.documentElement.toggleAttribute("data-player", Boolean(byId("player")));
  refreshFacts();
  document.dispatchEvent(new CustomEvent("player:shown", { detail: ctx }));
});

document.addEventListener("htmx:finally:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "view") pageTitle = ctx.title || document.title;
  showTitle();
});

refreshFacts();
showTitle();
