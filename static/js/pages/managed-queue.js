// Moving rows of the queue that this app keeps: by mouse, finger and keys. The answer shows the order as it is.
//
// The songs of an open album are a list of their own within its row, which takes the words of the list around it.
import { sendToBar } from "../shared/send-to-bar.js";
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
      const item = row.dataset.item ?? row.id.split("-").at(-1);
      sendToBar(outer.dataset.move, { item, before, scope: list.dataset.scope ?? "" });
    },
  });
}
