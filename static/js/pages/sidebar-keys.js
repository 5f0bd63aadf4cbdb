// The keyboard in the playlists of the sidebar: one stop of the Tab key, arrow keys from one to the next and to the menu
// of each, and letters that a name begins with.
const TYPING_PAUSE_MS = 1000;
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

const getLinks = () => [...document.querySelectorAll(".sidebar__entry > a")];
const getMenu = (link) => link.parentElement.querySelector("button");
const getName = (link) => link.querySelector(".sidebar__text > span").textContent.trim().toLowerCase();

let lastUsed = ""; // the id of its entry
let typed = "";
let typedAt = -Infinity;

// Swaps take attributes away.
export function setStop() {
  const links = getLinks();
  const isUsed = (link) => link.parentElement.id === lastUsed;
  const stop = links.find(isUsed) ?? links.find((link) => link.ariaCurrent) ?? links[0];
  for (const link of links) {
    link.tabIndex = link === stop ? 0 : -1;
    const menu = getMenu(link);
    if (menu) menu.tabIndex = -1;
  }
}

function findTyped(links, at, event) {
  if (event.timeStamp - typedAt >= TYPING_PAUSE_MS) typed = "";
  typed += event.key.toLowerCase();
  typedAt = event.timeStamp;
  const start = at + (typed.length === 1 ? 1 : 0);
  return [...links.slice(start), ...links.slice(0, start)].find((link) => getName(link).startsWith(typed));
}

function findNext(event, entry) {
  const links = getLinks();
  const link = entry.querySelector("a");
  const at = links.indexOf(link);
  if (event.key === "ArrowRight") return getMenu(link);
  if (event.key === "ArrowLeft") return link;
  if (event.key in STEPS) return links[Math.min(Math.max(at + STEPS[event.key], 0), links.length - 1)];
  return event.target === link && /^[\p{L}\p{N}]$/u.test(event.key) ? findTyped(links, at, event) ?? link : null;
}

export function watchKeys(section) {
  section.addEventListener("focusin", ({ target }) => {
    const entry = target.closest(".sidebar__entry");
    if (!entry) return;
    lastUsed = entry.id;
    setStop();
  });
  section.addEventListener("keydown", (event) => {
    const entry = event.altKey || event.ctrlKey || event.metaKey ? null : event.target.closest(".sidebar__entry");
    const next = entry && findNext(event, entry);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation(); // letters are keys of the player elsewhere
    next.focus();
  }, true);
  setStop();
}
