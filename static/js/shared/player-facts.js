// What the server last said about the player: JSON in one attribute of the bar. Keeps no state.
import { readUri } from "./row-facts.js";

export function readPlayerFacts() {
  const bar = document.getElementById("bar");
  return bar ? JSON.parse(bar.dataset.facts) : null;
}

export const getPlayingUri = () => readPlayerFacts()?.now?.uri;

// Marks the rows of the item that plays, among `rows`.
export function markPlayingRows(rows) {
  const uri = getPlayingUri();
  for (const row of rows) {
    const isPlaying = Boolean(uri) && readUri(row) === uri;
    row.classList.toggle("is-playing", isPlaying);
    if (isPlaying) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}
