// A finger that moves across what plays, in the bar of a phone: to the left for the next item, to the right for the
// one before, up for the player. What plays follows a little. player-controls.js loads this with the first touch.
const MIN_PX = 56;
const STEEPNESS = 2; // how much longer than wide: neither a tap nor a crooked move does anything
const FOLLOWED = 0.35;
const MAX_FOLLOWED_PX = 40;
const isStill = matchMedia("(prefers-reduced-motion: reduce)");

let swipe = null; // of one finger: where it came down, and how far it has moved

export function startSwipe({ pointerId, clientX, clientY }) {
  if (swipe) return endSwipe(false); // a second finger means something else
  swipe = { pointerId, x: clientX, y: clientY, across: 0, down: 0 };
}

// What plays is drawn anew meanwhile, when the bar's poll is answered.
const getItem = () => document.getElementById("bar-item");

document.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
  if (swipe?.pointerId !== pointerId) return;
  swipe.across = clientX - swipe.x;
  swipe.down = clientY - swipe.y;
  if (isStill.matches) return;
  const followed = Math.max(-MAX_FOLLOWED_PX, Math.min(MAX_FOLLOWED_PX, swipe.across * FOLLOWED));
  getItem().style.transform = isLonger(swipe.across, swipe.down) ? `translateX(${followed}px)` : "";
});

const isLonger = (way, other) => Math.abs(way) > STEEPNESS * Math.abs(other);

function endSwipe(isMeant) {
  const { across, down } = swipe;
  swipe = null;
  getItem().style.transform = "";
  if (!isMeant) return;
  const forward = getComputedStyle(getItem()).direction === "rtl" ? across : -across;
  if (Math.abs(across) >= MIN_PX && isLonger(across, down)) {
    document.dispatchEvent(new CustomEvent("player:command", { detail: forward > 0 ? "next" : "previous" }));
  } else if (down <= -MIN_PX && isLonger(down, across)) {
    document.getElementById("bar-title").click();
  }
}

document.addEventListener("pointerup", ({ pointerId }) => swipe?.pointerId === pointerId && endSwipe(true));
document.addEventListener("pointercancel", ({ pointerId }) => swipe?.pointerId === pointerId && endSwipe(false));
