// Moving rows of the queue that this app keeps: by mouse, finger and keys. The answer shows the order as it is.
import { attachRowDragging } from "./row-dragging.js";

export function start(list) {
  const { wordsLifted: lifted, wordsMoved: moved, wordsDropped: dropped, wordsBack: back } = list.dataset;
  const said = list.nextElementSibling;
  attachRowDragging(list, {
    words: { lifted, moved, dropped, back },
    announce: (text) => (said.textContent = text),
    // What a poll brings must not take the row from under the finger.
    hold: (isHeld) => list.toggleAttribute("hx-morph-skip", isHeld),
    move(row, before) {
      const isOnPage = document.getElementById("player")?.contains(list);
      htmx.ajax("POST", list.dataset.move, {
        source: document.getElementById("bar-form"), target: isOnPage ? "#player" : "#bar", swap: "outerMorph",
        values: { item: row.id.split("-").at(-1), before },
      });
    },
  });
}
