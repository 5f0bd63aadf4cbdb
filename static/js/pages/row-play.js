// Playing from a row: the button that stands in place of its number, and what is sent.
//
// A list says with data-play where its rows are played from: to this address goes data-play-field with the row's
// checkbox, its menu's value (data-play-value="menu") or its URI behind data-play-context, and with it the fields of
// data-play-form. Without data-play the rows below the row follow it, as they are shown.
import { readPlayerFacts } from "../shared/player-facts.js";
import { findRowToPlay } from "../shared/row-facts.js";
import { sendToBar } from "../shared/send-to-bar.js";
import { showToast } from "../shared/show-toast.js";

const MAX_ITEMS = 100; // as many as Spotify takes at once
const byId = (id) => document.getElementById(id);
const words = byId("menus").dataset;

// --- The button -----------------------------------------------------------------------------------------
export function prepareRow(row) {
  if (!findRowToPlay(row)) return;
  const button = row.querySelector(":scope > .item-row__play") ?? addButton(row);
  showState(button);
}

function addButton(row) {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1; // arrow keys come to it: row-keys.js
  button.className = "icon-btn item-row__play";
  row.querySelector(".item-row__artwork, .item-row__title").before(button);
  return button;
}

function showState(button) {
  const row = button.parentElement;
  const isPlaying = row.matches(".is-playing") && readPlayerFacts()?.isPlaying;
  const name = row.querySelector(".item-row__title").textContent.trim();
  button.ariaLabel = (isPlaying ? words.wordsPause : words.wordsPlay).replace("NAME", () => name);
}

// What a swap has drawn again under the pointer, or with the focus in it, has lost its button.
document.addEventListener("player:shown", () => {
  for (const row of document.querySelectorAll(".item-row:is(:hover, :focus-within)")) prepareRow(row);
  for (const button of document.querySelectorAll(".item-row.is-playing > .item-row__play")) showState(button);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.(".item-row__play");
  if (button) playRow(button.parentElement);
});

// The first entry of the menu plays the row that it was opened by, whether or not it plays already.
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("#row-menu [data-menu-command=play]") && document.getElementById("row-menu").opener?.closest(".item-row");
  const rowToPlay = row && findRowToPlay(row);
  if (!rowToPlay?.isItem) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.getElementById("row-menu").hidePopover();
  send(describeStart(row, rowToPlay));
}, true);

// --- Playing --------------------------------------------------------------------------------------------
export function playRow(row) {
  if (row.matches(".is-playing")) {
    document.dispatchEvent(new CustomEvent("player:command", { detail: "playing" }));
    return;
  }
  const rowToPlay = findRowToPlay(row);
  const refusal = readPlayerFacts()?.controls.play.reason;
  if (!rowToPlay) return;
  if (refusal) showToast("words", refusal);
  else send(describeStart(row, rowToPlay));
}

function describeStart(row, { uri, isItem }) {
  const { play, playForm, playField = "uri", playContext, playValue } = row.closest("[data-play]")?.dataset ?? {};
  if (!isItem) return { url: words.playItem, values: { uri } };
  if (!play) return { url: words.playLines, values: { lines: listFollowing(row).join("\n") } };
  const own = row.querySelector(".checkbox input")?.value ?? uri;
  const value = playValue === "menu" ? row.querySelector('[form="menus"]').value : playContext ? `${playContext} ${uri}` : own;
  const fields = playForm ? Object.fromEntries(new FormData(byId(playForm))) : {};
  return { url: play, values: { ...fields, [playField]: value } };
}

// The items of the list from this row on, without those that cannot be played.
function listFollowing(row) {
  const rows = [...row.closest(".item-list").querySelectorAll(":scope > .item-row")];
  const items = rows.slice(rows.indexOf(row)).map(findRowToPlay);
  return items.filter((item) => item?.isItem).slice(0, MAX_ITEMS).map(({ uri }) => uri);
}

// Of several starts in a row only the last counts once the first is under way.
let current = null;
let next = null;

async function send(start) {
  if (current) return void (next = start);
  current = start;
  const { url, values } = start;
  try {
    await sendToBar(url, values);
  } finally {
    const waiting = next;
    current = next = null;
    if (waiting) send(waiting);
  }
}
