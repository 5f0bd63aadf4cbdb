// The head of a list that shows once the page's own head has left the window.
import { attachListHead } from "./list-head.js";

export function start(head) {
  const ended = new AbortController();
  const { signal } = ended;
  attachListHead(head, { signal });
  // The filter is in the page's own head: going there is going to the top, where what it finds begins.
  head.querySelector("[data-focus]")?.addEventListener("click", ({ currentTarget }) => {
    document.getElementById(currentTarget.dataset.focus)?.focus();
  });
  document.addEventListener("htmx:after:swap", () => head.isConnected || ended.abort(), { signal });
}
