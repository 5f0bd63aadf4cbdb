// What the server last said about the player: JSON in one attribute of the bar. Keeps no state.
import { readUri } from "./row-facts.js";

export function readPlayerFacts() {
  const bar = document.getElementById("bar");
  return bar ? JSON.parse(bar.dataset.facts) : null;
}

// Of what plays: its own, and that of the version that was asked for, where Spotify plays another one.
export const getPlayingUris = (facts = readPlayerFacts()) => [facts?.now?.uri, facts?.now?.asked].filter(Boolean);

const MAX_COMPARED = 5;

// How well what comes next agrees with the rows below this one. What was queued by hand stands between.
function compareNext(row, { upcoming, repeat }) {
  const list = row.parentElement;
  const next = [...list.children].slice([...list.children].indexOf(row) + 1);
  const end = next.findIndex((other) => other.matches(".gap") && other.offsetHeight);
  const known = end < 0 ? (repeat === "context" ? [...next, ...list.children] : next) : next.slice(0, end);
  let [score, at] = [0, 0];
  for (const other of known.filter((one) => one.matches(".item-row:not(.is-unavailable)")).slice(0, MAX_COMPARED)) {
    const found = upcoming.findIndex(({ uri }, place) => place >= at && uri === readUri(other));
    score += found < 0 ? -10 : 10 + at - found;
    if (found >= 0) at = found + 1;
  }
  return score;
}

// Of several copies in one list the one that plays, where what comes next tells them apart.
function chooseCopies(rows, facts) {
  if (facts.shuffle) return rows;
  const scores = new Map(rows.map((row) => [row, compareNext(row, facts)]));
  const copiesOf = (list) => rows.filter((row) => row.parentElement === list).map((row) => scores.get(row));
  return rows.filter((row) => scores.get(row) === Math.max(...copiesOf(row.parentElement)));
}

// Marks the rows of the item that plays, among those that `selector` names. Only those it concerns are looked at.
export function markPlayingRows(root, selector) {
  const facts = readPlayerFacts();
  const uris = getPlayingUris(facts);
  const areAbout = uris.map((uri) => {
    const value = CSS.escape(uri);
    return `${selector}:is([data-uri="${value}"], :has(> .checkbox > input[name=uris][value="${value}"]))`;
  });
  const concerned = [...root.querySelectorAll([`${selector}.is-playing`, ...areAbout].join())];
  const copies = concerned.filter((row) => uris.includes(readUri(row)));
  const playing = copies.length > 1 ? chooseCopies(copies, facts) : copies;
  for (const row of concerned) {
    const isPlaying = playing.includes(row);
    row.classList.toggle("is-playing", isPlaying);
    if (isPlaying) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}
