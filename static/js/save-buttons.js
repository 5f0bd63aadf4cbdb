// Shows alike whether an item is saved wherever it stands: in every row of the page, in the bar, on the player
// page, and in the member's other tabs. A press shows at once; the answer, in #saved-news, says what is true.
import { player } from "./player-state.js";

const SAVE_BUTTONS = "[data-save]";
const changed = new Map(); // by URI, since this page was opened

function showOnButton(button, isSaved) {
  if (button.getAttribute("aria-pressed") === String(isSaved)) return;
  button.setAttribute("aria-pressed", String(isSaved));
  button.value = `${!isSaved} ${button.dataset.save}`;
  [button.title, button.dataset.otherTitle] = [button.dataset.otherTitle, button.title];
}

function showItem(uri, isSaved) {
  changed.set(uri, isSaved);
  for (const button of document.querySelectorAll(`[data-follow="${CSS.escape(uri)}"]`)) {
    button.setAttribute("aria-pressed", String(isSaved));
    button.value = String(!isSaved);
  }
  for (const button of document.querySelectorAll(`[data-save="${CSS.escape(uri)}"]`)) showOnButton(button, isSaved);
}

// Rows that were out of the page while something was saved.
document.addEventListener("library:drawn", ({ detail: { root } }) => {
  for (const button of root.querySelectorAll(SAVE_BUTTONS)) {
    if (changed.has(button.dataset.save)) showOnButton(button, changed.get(button.dataset.save));
  }
});

function showPlaying(uris, isSaved) {
  if (!uris.includes(player.facts?.now?.uri)) return;
  for (const button of document.querySelectorAll("#bar-save, #now-playing-save")) {
    button.setAttribute("aria-pressed", String(isSaved));
  }
}

function showItems({ uris, saved }) {
  for (const uri of uris) showItem(uri, saved);
  showPlaying(uris, saved);
  document.dispatchEvent(new CustomEvent("library:saved", { detail: { uris, saved } }));
}

// What a button sends: "true" or "false", and the URI.
function readButton(button) {
  const [saved, uri] = button.value.split(" ");
  return { saved: saved === "true", uri };
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement?.matches?.(SAVE_BUTTONS)) return;
  ctx.requestedSave = readButton(ctx.sourceElement);
  showItem(ctx.requestedSave.uri, ctx.requestedSave.saved);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const { requestedSave, response } = ctx;
  if (requestedSave && !(response?.status < 400)) showItem(requestedSave.uri, !requestedSave.saved);
});

// --- What the server announces, and the member's other tabs ---------------------------------------------
const news = document.getElementById("saved-news"); // on every page of a member
const channel = new BroadcastChannel(`saved-${news.dataset.member}`);
channel.addEventListener("message", ({ data }) => showItems(data));

function announce(change) {
  showItems(change);
  channel.postMessage(change);
}

new MutationObserver(() => {
  const { uris, saved } = news.dataset;
  if (uris) announce({ uris: uris.split(" "), saved: saved === "true" });
}).observe(news, { attributeFilter: ["data-at"] });

// The bar's own button, and what its poll finds out.
let shown = {};
document.addEventListener("player:shown", () => {
  const { now, saved } = player.facts ?? {};
  if (now?.uri && now.uri === shown.uri && saved !== shown.saved) announce({ uris: [now.uri], saved });
  shown = { uri: now?.uri, saved };
});
