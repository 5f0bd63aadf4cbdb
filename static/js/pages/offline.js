// The page without a box: goes on as soon as the box answers, whatever it says.
const RETRY_MS = 5000;
const { health } = document.querySelector("[data-health]").dataset;

async function lookAgain() {
  try {
    await fetch(health, { cache: "no-store" });
    location.reload();
  } catch {
    setTimeout(lookAgain, RETRY_MS);
  }
}

setTimeout(lookAgain, RETRY_MS);
