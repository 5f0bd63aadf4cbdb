// The search page: arrow keys go through what was found, several pasted lines stay apart, and words that led
// somewhere are noted.

export function start(page) {
  const field = page.querySelector("#search-q");
  const found = page.querySelector("#search-found");
  const stops = () => [...found.querySelectorAll(".item-row__title a, .facet")].filter((stop) => stop.offsetParent);

  function move(step, from) {
    const all = stops();
    const row = from.closest(".item-row");
    const at = all.findIndex((stop) => stop === from || (row && row.contains(stop)));
    if (at + step < 0) field.focus();
    else all[Math.min(at + step, all.length - 1)]?.focus();
  }

  page.addEventListener("keydown", (event) => {
    const isField = event.target === field;
    if (!isField && !found.contains(event.target)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector(".menu:popover-open")) return;
    if (event.key === "Escape" && !isField) field.focus();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1, event.target);
    else return;
    event.preventDefault();
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
  found.addEventListener("click", (event) => {
    if (!event.target.closest(".item-row a, .item-row button[formaction]") || !field.value.trim()) return;
    const note = page.querySelector("#note-search");
    note.elements.q.value = field.value;
    htmx.trigger(note, "note");
  });

  page.dataset.isListening = ""; // from here on keys mean something
}
