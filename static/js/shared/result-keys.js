// Arrow keys lead from a search field through its results and back. `getStops` gives one element per result.
export function moveThroughResults(event, { field, getStops }) {
  const isInField = event.target === field;
  if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector(".menu:popover-open")) return;
  if (event.key === "Escape" && !isInField) field.focus();
  else if (event.key === "ArrowDown") focusStop(1);
  else if (event.key === "ArrowUp") focusStop(-1);
  else return;
  event.preventDefault();

  function focusStop(step) {
    const stops = getStops();
    const row = event.target.closest(".item-row");
    const index = stops.findIndex((stop) => stop === event.target || (row && row.contains(stop)));
    if (index + step < 0) field.focus();
    else stops[Math.min(index + step, stops.length - 1)]?.focus();
  }
}
