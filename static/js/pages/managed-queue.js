// Moving rows of the queue that this app keeps: by mouse, finger and keys. The answer shows the order as it is.
//
// The songs of an open album are a list of their own within its row, which takes the words of the list around it.
import { attachRowDragging } from "./row-dragging.js";

export function start(list) {
  const outer = list.parentElement.closest("[data-move]") ?? list;
  const { wordsLifted: lifted, wordsMoved: moved, wordsDropped: dropped, wordsBack: back } = outer.dataset;
  attachRowDragging(list, {
    words: { lifted, moved, dropped, back },
    announce: (text) => (outer.nextElementSibling.textContent = text),
    // What a poll brings must not take the row from under the finger.
    hold: (isHeld) => outer.toggleAttribute("hx-morph-skip", isHeld),
    move(row, before) {
      // The form says to the server which of the two is shown: the player, or the bar with the queue beside the page.
      const isOnPage = document.getElementById("player")?.contains(list);
      htmx.ajax("POST", outer.dataset.move, {
        source: document.getElementById(isOnPage ? "acts" : "bar-form"),
        target: isOnPage ? "#player" : "#bar",
        swap: "outerMorph",
        values: { item: row.dataset.item ?? row.id.split("-").at(-1), before, scope: list.dataset.scope ?? "" },
      });
    },
  });
}
