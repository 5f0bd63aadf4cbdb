// The search box of the player page and of playlists: arrow keys through its results, pasted lists of links, and
// earlier searches.
import { moveThroughResults } from "../shared/result-keys.js";

// One stop for each row: its first button, or a link of an earlier search.
const STOPS = ".item-row .item-row__actions > :first-child, .search-box__past a";

export function start(box) {
  const field = box.querySelector("[type=search]");
  const getStops = () => [...box.querySelectorAll(STOPS)];

  box.addEventListener("keydown", (event) => {
    if (event.target === field || event.target.closest("#found")) moveThroughResults(event, { field, getStops });
  });

  // The one-line field would glue the lines of a pasted list together.
  box.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const place = box.querySelector("#paste");
    if (event.target !== field || !place || text.trim().split(/\r?\n/).length < 2) return;
    event.preventDefault();
    place.open = true;
    const lines = place.querySelector("#lines");
    lines.value = lines.value ? `${lines.value.trimEnd()}\n${text}` : text;
    lines.focus();
  });

  // An earlier search is taken up in place.
  box.addEventListener("click", (event) => {
    const words = event.target.closest("[data-search]")?.dataset.search;
    if (!words || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    field.value = words;
    field.focus();
    htmx.trigger("#find-form", "submit");
  });
}
