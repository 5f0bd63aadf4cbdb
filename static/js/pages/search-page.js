// The search page: arrow keys go through the results, several pasted lines become one, and searches that led
// somewhere are remembered.
import { moveThroughResults } from "../shared/result-keys.js";

export function start(page) {
  const field = page.querySelector("#search-q");
  const results = page.querySelector("#search-found");
  const getStops = () =>
    [...results.querySelectorAll(".item-row__title a, .facet, .opened-thing")].filter((stop) => stop.offsetParent);

  page.addEventListener("keydown", (event) => {
    if (event.target === field || results.contains(event.target)) moveThroughResults(event, { field, getStops });
  });

  // The one-line field would glue the lines of a pasted list together.
  field.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/\n./.test(text.trim())) return;
    event.preventDefault();
    field.setRangeText(text.trim().replace(/\s+/g, " "), field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Opening, playing or queueing something is what the words were for.
  results.addEventListener("click", (event) => {
    if (!event.target.closest(".item-row a, .item-row button[formaction]") || !field.value.trim()) return;
    const form = page.querySelector("#note-search");
    form.elements.q.value = field.value;
    htmx.trigger(form, "note");
  });

  page.dataset.isListening = ""; // from here on keys mean something
}
