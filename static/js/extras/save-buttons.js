// Shows alike whether an item is saved wherever it stands: in every row of the page, in the bar, on the player
// page, and in the member's other tabs. A press shows at once; the answer, in #saved-news, says what is true.
import { frame } from "./frame-parts.js";

const { player, getPlayingUris } = frame;
const SAVE_BUTTONS = ".save-button[form=saves]";
const changed = new Map(); // by URI, since this page was opened

const getUri = (button) => button.value.slice(button.value.indexOf(" ") + 1);
const isPressed = (button) => button.getAttribute("aria-pressed") === "true";

function showOnButton(button, isSaved) {
  if (isPressed(button) === isSaved) return;
  button.value = `${!isSaved} ${getUri(button)}`;
  button.setAttribute("aria-pressed", String(isSaved));
  if (button.title) button.title = getTitle(button);
}

// What a press does, by the kind of item. It is set when the pointer comes near, so that rows stay small.
function getTitle(button) {
  const titles = JSON.parse(document.getElementById("saved-news").dataset.titles);
  const [add, remove] = titles[getUri(button).split(":")[1]] ?? titles[""];
  return isPressed(button) ? remove : add;
}

function showItem(uri, isSaved) {
  changed.set(uri, isSaved);
  for (const button of document.querySelectorAll(`[data-follow="${CSS.escape(uri)}"]`)) {
    button.setAttribute("aria-pressed", String(isSaved));
    button.value = String(!isSaved);
  }
  for (const button of document.querySelectorAll(`.save-button[value$=" ${CSS.escape(uri)}"]`)) showOnButton(button, isSaved);
}

// Rows that were out of the page while something was saved.
document.addEventListener("library:drawn", ({ detail: { root } }) => {
  for (const button of root.querySelectorAll(SAVE_BUTTONS)) {
    if (changed.has(getUri(button))) showOnButton(button, changed.get(getUri(button)));
  }
});

function showPlaying(uris, isSaved) {
  if (!getPlayingUris(player.facts).some((uri) => uris.includes(uri))) return;
  for (const button of document.querySelectorAll("[data-command=saved]")) {
    button.setAttribute("aria-pressed", String(isSaved));
  }
}

function showItems({ uris, saved }) {
  for (const uri of uris) showItem(uri, saved);
  showPlaying(uris, saved);
  document.dispatchEvent(new CustomEvent("library:saved", { detail: { uris, saved } }));
}

// One request at a time for each button; others may be pressed meanwhile.
const sending = new WeakSet();

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.id !== "saves" || !button) return;
  event.preventDefault();
  if (!sending.has(button)) send(button);
});

async function send(button) {
  const [uri, isSaved] = [getUri(button), !isPressed(button)];
  const values = { saved: button.value };
  let status = 0;
  const readStatus = ({ detail: { ctx } }) => {
    if (ctx.sourceElement === button) status = ctx.response?.status ?? 0;
  };
  sending.add(button);
  document.addEventListener("htmx:finally:request", readStatus);
  showItem(uri, isSaved);
  try {
    await htmx.ajax("POST", button.form.action, { source: button, target: "#saved-news", swap: "outerMorph", values });
  } finally {
    document.removeEventListener("htmx:finally:request", readStatus);
    sending.delete(button);
    if (!status || status >= 400) showItem(uri, !isSaved);
  }
}

document.addEventListener("pointerover", (event) => {
  const button = event.target.closest?.(SAVE_BUTTONS);
  if (button && !button.title) button.title = getTitle(button);
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
