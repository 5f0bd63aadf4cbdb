// What a row is about, and how it is played. Keeps no state.
const LOCAL = "spotify:local:";
const ITEM = /^spotify:(track|episode):/;

// Rows whose checkbox is the URI have it only there.
export const readUri = (row) => row.dataset.uri ?? row.querySelector('.checkbox input[name="uris"]')?.value ?? "";

// Null for what cannot be played. Items play on with what the list shows below them; albums and the like play alone.
export function findRowToPlay(row) {
  const uri = readUri(row);
  if (!uri || uri.startsWith(LOCAL) || row.matches(".is-unavailable")) return null;
  return { uri, isItem: ITEM.test(uri) };
}
