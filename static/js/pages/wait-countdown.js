// Counts down on a page that says how long Spotify wants us to wait.
import { formatSeconds } from "../shared/format-time.js";

export function start(box) {
  const total = Number(box.dataset.waitS);
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const waited = Math.min(total, Math.floor((performance.now() - startedAt) / 1000));
    box.querySelector("progress").value = waited;
    box.querySelector("[data-waited]").textContent = formatSeconds(waited);
    box.querySelector("[data-left]").textContent = formatSeconds(total - waited);
    if (waited >= total || !box.isConnected) clearInterval(timer);
  }, 1000);
}
