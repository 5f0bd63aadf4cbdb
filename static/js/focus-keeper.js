// The keyboard is never left on nothing: when what has the focus is replaced, removed or hidden, the focus goes to
// its neighbour. Parts of a page come and go by swaps, polls, dialogs, menus and messages alike, so the page itself
// is watched.
import { canHaveFocus, focusAlong, readTrail } from "./shared/focus-trail.js";

const SEEN_ATTRIBUTES = ["class", "disabled", "hidden", "open", "tabindex"];
let trail = null; // to what has the focus
let trailBehind = null; // to what had it before a message took it
let isChecking = false;

function note(element) {
  const isInToast = element.closest(".toast");
  if (isInToast && !trail?.element.closest(".toast")) trailBehind = trail;
  trail = readTrail(element);
}

// Its place among its neighbours may have changed since it got the focus.
document.addEventListener("keydown", () => {
  if (document.activeElement !== document.body) note(document.activeElement);
}, true);
document.addEventListener("focusin", (event) => note(event.target));

// A press beside everything lets go of the focus on purpose. Not every browser puts it on the button that is pressed.
document.addEventListener("pointerdown", (event) => {
  const pressed = event.target.closest?.("a[href], button, label, summary, input, select, textarea, [tabindex]");
  if (pressed) note(pressed.control ?? pressed);
  else trail = trailBehind = null;
}, true);

function check() {
  isChecking = false;
  if (!trail || document.activeElement !== document.body || canHaveFocus(trail.element)) return;
  const hasToast = document.querySelector(".toast :is(a, button)");
  const isFromToast = trail.places.some(({ id }) => id === "toasts");
  if (isFromToast && !hasToast && trailBehind) focusAlong(trailBehind);
  else focusAlong(trail);
}

// After the frame in which the browser itself takes the focus from what is hidden, and after the page's own scripts.
new MutationObserver(() => {
  if (isChecking || !trail) return;
  isChecking = true;
  requestAnimationFrame(() => setTimeout(check));
}).observe(document.body, { childList: true, subtree: true, attributeFilter: SEEN_ATTRIBUTES });
