// The search box of the player page and of playlists: arrow keys through its results, pasted lists of links, and
// earlier searches.
import { moveThroughResults } from "./shared/result-keys.js";

const getField = () => document.getElementById("q");
const getResults = () => document.getElementById("found");

// One stop for each row: its first button, or a link of an earlier search.
const STOPS = ".item-row .item-row__actions > :first-child, .search-box__past a";
const getStops = () => [...(getResults()?.querySelectorAll(STOPS) ?? [])];

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "q" && !event.target.closest?.("#found")) return;
  moveThroughResults(event, { field: getField(), getStops });
});

// The one-line field would glue the lines of a pasted list together.
document.addEventListener("paste", (event) => {
  if (event.target.id !== "q") return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (text.trim().split(/\r?\n/).length < 2) return;
  event.preventDefault();
  document.getElementById("paste").open = true;
  const lines = document.getElementById("lines");
  lines.value = lines.value ? `${lines.value.trimEnd()}\n${text}` : text;
  lines.focus();
});

// An earlier search is taken up in place.
document.addEventListener("click", (event) => {
  const words = event.target.closest?.("[data-search]")?.dataset.search;
  if (!words || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  getField().value = words;
  getField().focus();
  htmx.trigger("#find-form", "submit");
});
