// Counts down on a page that says how long Spotify wants us to wait.
import { formatSeconds } from "./shared/format-time.js";

function startCountdown(box) {
  const total = Number(box.dataset.waitS);
  const start = performance.now();
  const showTime = () => {
    const waited = Math.min(total, Math.floor((performance.now() - start) / 1000));
    box.querySelector("progress").value = waited;
    box.querySelector("[data-waited]").textContent = formatSeconds(waited);
    box.querySelector("[data-left]").textContent = formatSeconds(total - waited);
    if (waited >= total || !box.isConnected) clearInterval(timer);
  };
  const timer = setInterval(showTime, 1000);
}

const startCountdowns = (root) => root.querySelectorAll("[data-wait-s]").forEach(startCountdown);

startCountdowns(document);
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const view = document.getElementById("view");
  if (view && ctx.target?.id === "view") startCountdowns(view);
});
