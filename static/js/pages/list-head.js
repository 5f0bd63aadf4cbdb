// The head of a list: whether it is stuck at the top, and which row is the first below it.
import { formatNumber } from "../shared/format-number.js";

export function attachListHead(head, { signal }) {
  const place = head.querySelector("[data-jump]");
  const total = head.querySelector("[data-words]");
  const watcher = new IntersectionObserver(([{ isIntersecting, boundingClientRect }]) => {
    head.classList.toggle("is-stuck", !isIntersecting && boundingClientRect.top <= 0);
  });
  watcher.observe(head.previousElementSibling); // leaves the window when the head gets stuck
  signal.addEventListener("abort", () => watcher.disconnect());

  // The number of the first row in sight, and how many there are: none without a list.
  function showPlace(number, count) {
    place.parentElement.hidden = !count;
    if (!count) return;
    const first = formatNumber(Math.min(number, count));
    const words = total.dataset.words.replace("TOTAL", formatNumber(count));
    if (place.placeholder !== first) place.placeholder = first;
    if (total.textContent !== words) total.textContent = words;
  }

  // Buttons of the page's head open the head, and what adds songs; the head's play is that of the page.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-toggle], [data-press]");
    if (!button) return;
    if (button.dataset.press) return void document.getElementById(button.dataset.press)?.click();
    const target = document.getElementById(button.dataset.toggle);
    const isOpen = target.matches("details") ? (target.open = !target.open) : target.classList.toggle("is-open");
    button.ariaExpanded = String(isOpen);
    if (isOpen) target.querySelector("input[type=search]")?.focus({ preventScroll: true });
  }, { signal });

  return { showPlace };
}
