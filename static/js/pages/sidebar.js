// The sidebar: folding it, its filter, and marks on where the music comes from and on the page that is open.
import { readPlayerFacts } from "../shared/player-facts.js";
import { setStop, watchKeys } from "./sidebar-keys.js";

const COOKIE_AGE_S = 365 * 24 * 60 * 60;
const root = document.documentElement;

function foldSidebar(button) {
  const isSmall = root.dataset.sidebar !== "small";
  if (isSmall) root.dataset.sidebar = "small";
  else delete root.dataset.sidebar;
  button.setAttribute("aria-expanded", String(!isSmall));
  // Of this device, and read by the server: the next page is drawn so from the start.
  document.cookie = `sidebar=${isSmall ? "small" : ""}; path=/; max-age=${isSmall ? COOKIE_AGE_S : 0}; samesite=lax`;
}

function toggleFilter(button) {
  const form = document.getElementById("sidebar-filter-form");
  const field = document.getElementById("sidebar-q");
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) return field.focus();
  if (!field.value) return;
  field.value = "";
  htmx.trigger(form, "submit");
}

const isFrom = (entry, uri) => (entry.dataset.uri === "liked" ? uri.endsWith(":collection") : entry.dataset.uri === uri);

function markEntries() {
  const uri = readPlayerFacts()?.context ?? "";
  for (const entry of document.querySelectorAll(".sidebar__entry")) {
    const link = entry.querySelector("a");
    const isCurrent = link.pathname === location.pathname;
    if (isCurrent !== link.hasAttribute("aria-current")) link.toggleAttribute("aria-current");
    if (isCurrent) link.setAttribute("aria-current", "page");
    entry.querySelector(".is-on").hidden = !isFrom(entry, uri);
  }
}

export function start(section) {
  const fold = document.getElementById("sidebar-fold");
  fold.addEventListener("click", () => foldSidebar(fold));
  section.addEventListener("click", ({ target }) => {
    const button = target.closest("#sidebar-filter");
    if (button) toggleFilter(button);
  });
  section.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.id !== "sidebar-q") return;
    const button = document.getElementById("sidebar-filter");
    toggleFilter(button);
    button.focus();
  });
  document.addEventListener("htmx:after:swap", () => (markEntries(), setStop()));
  // Where the music comes from changes with no swap of a page.
  const bar = document.getElementById("bar");
  if (bar) new MutationObserver(markEntries).observe(bar, { attributes: true, attributeFilter: ["data-facts"] });
  const importDrop = () => import("./sidebar-drop.js");
  const ROWS = "main :is(.item-row, .cover-card)";
  document.addEventListener("pointerover", ({ target }) => target.closest?.(ROWS) && importDrop(), { passive: true });
  const fingers = matchMedia("(any-pointer: coarse) and (width >= 40rem)"); // on phones there is no sidebar
  let drop = null;
  if (fingers.matches) {
    importDrop().then((module) => (drop = module));
    document.addEventListener("touchmove", (event) => drop?.holdPage(event), { passive: false });
  }
  let pressed = null;
  document.addEventListener("pointerdown", async (event) => {
    if (!event.target.closest?.(ROWS)) return;
    pressed = event;
    const { armDrag } = await importDrop();
    if (pressed === event) armDrag(event); // unless it was let go while the script was on its way
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (pressed = null), true);
  document.addEventListener("rows:drag", async (event) => (await importDrop()).followGrip(event));
  markEntries();
  watchKeys(section);
}
