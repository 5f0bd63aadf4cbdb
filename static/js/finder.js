// Arrow keys through what a search found, and links that are pasted by the dozen.
(() => {
  "use strict";

  const found = () => document.getElementById("found");
  // One stop for each row: its first button, or a link of an earlier search.
  const stops = () => [...(found()?.querySelectorAll(".item-row .item-row__actions > :first-child, .search-box__past a") ?? [])];
  const field = () => document.getElementById("q");

  document.addEventListener("keydown", (event) => {
    const isField = event.target.id === "q";
    if (!isField && !event.target.closest?.("#found")) return;
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector(".menu:popover-open")) return;
    if (event.key === "Escape" && !isField) field().focus();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1, event.target);
    else return;
    event.preventDefault();
  });

  function move(step, from) {
    const all = stops();
    const row = from.closest(".item-row");
    const at = all.findIndex((stop) => stop === from || (row && row.contains(stop)));
    if (at + step < 0) field().focus();
    else all[Math.min(at + step, all.length - 1)]?.focus();
  }

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
    field().value = words;
    field().focus();
    htmx.trigger("#find-form", "submit");
  });
})();
