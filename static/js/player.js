// What makes the player page live: the running position, when to ask again, sliders, keys that react at once.
// The server says how old its answer is and when the next one is due; clocks are never compared.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const now = () => performance.now();

  // --- The running position -----------------------------------------------------------------------------
  const JITTER_MS = 1200; // Spotify's answers differ by this much although nothing jumped
  let run = null; // {id, at, ms, length, isRunning}
  let isScrubbing = false;

  const position = () => Math.min(run.ms + (run.isRunning ? now() - run.at : 0), run.length || Infinity);

  const asClock = (ms) => {
    const s = Math.floor(ms / 1000);
    const two = (n) => String(n).padStart(2, "0");
    const [hours, minutes] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
    return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
  };

  function readDeck() {
    const deck = byId("deck");
    if (!deck) return;
    const { id, progressMs, durationMs, running } = deck.dataset;
    const next = { id, at: now(), ms: Number(progressMs), length: Number(durationMs), isRunning: running !== undefined };
    const isSame = run && run.id === next.id && run.isRunning && next.isRunning;
    if (!isSame || Math.abs(position() - next.ms) > JITTER_MS) run = next;
    showPosition(position());
  }

  function showPosition(ms) {
    const slider = byId("position-slider");
    if (!slider || isScrubbing) return;
    slider.value = ms;
    byId("position-bar").value = ms;
    byId("position-now").textContent = asClock(ms);
    if (slider !== document.activeElement) speak(slider, ms);
  }

  // A screen reader hears the position when it is asked for or moved, not every second.
  function speak(slider, ms) {
    const words = slider.dataset.spoken.replace("POSITION", asClock(ms)).replace("LENGTH", asClock(slider.max));
    slider.setAttribute("aria-valuetext", words);
  }

  setInterval(() => run?.isRunning && !document.hidden && showPosition(position()), 500);

  // --- When to ask again --------------------------------------------------------------------------------
  const LONGEST_PAUSE_MS = 60000;
  let timer = 0;
  let dueAt = 0;
  let acting = 0; // commands under way: what they answer is newer than any poll
  let failures = 0;
  let mustShow = false; // something was shown in advance that did not come true

  function askIn(ms) {
    dueAt = now() + ms;
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, ms);
  }

  function ask() {
    if (document.hidden) return;
    if (acting || isScrubbing) return askIn(300);
    htmx.trigger("#watch", "player:poll");
  }

  document.addEventListener("visibilitychange", () => askIn(Math.max(dueAt - now(), 0)));

  const isWatch = (ctx) => ctx.sourceElement.id === "watch";
  const isAct = (ctx) => ctx.request.method === "POST" && ctx.target?.id === "player";

  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (isWatch(ctx) && !mustShow) ctx.request.headers["HX-PTag"] = byId("player").dataset.tag;
  });

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!isAct(ctx)) return;
    acting += 1;
    ctx.isCounted = true;
    htmx.trigger("#watch", "htmx:abort");
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.isCounted) acting -= 1;
    if (!isWatch(ctx) && !isAct(ctx)) return;
    const pollMs = Number(ctx.response?.headers.get("Poll-Ms"));
    const wasAborted = !ctx.response && ctx.request.signal.aborted;
    if (pollMs) {
      failures = 0;
      mustShow = false;
      askIn(pollMs);
    } else if (isAct(ctx)) {
      mustShow = true;
      askIn(800);
    } else if (!wasAborted) {
      failures += 1;
      askIn(Math.min(5000 * 2 ** (failures - 1), LONGEST_PAUSE_MS));
    }
  });

  document.addEventListener("htmx:after:swap", readDeck);

  // --- Sliders ------------------------------------------------------------------------------------------
  const KEY_PAUSE_MS = 350; // arrows are pressed several times; one request is enough
  let commitTimer = 0;
  let keyAt = -Infinity;

  const sliderOf = (event) => event.target.closest?.("#position-slider, #volume-slider");

  document.addEventListener("keydown", (event) => {
    if (sliderOf(event)) keyAt = now();
  });

  document.addEventListener("input", (event) => {
    const slider = sliderOf(event);
    if (!slider) return;
    isScrubbing = true;
    slider.form.setAttribute("hx-morph-skip", "");
    slider.form.querySelector("progress").value = slider.value;
    const isPosition = slider.id === "position-slider";
    slider.form.querySelector("[id$='-now']").textContent = isPosition ? asClock(slider.value) : slider.value;
    if (isPosition) speak(slider, Number(slider.value));
  });

  document.addEventListener("change", (event) => {
    const slider = sliderOf(event);
    if (!slider) return;
    clearTimeout(commitTimer);
    commitTimer = setTimeout(() => commit(slider), now() - keyAt < 100 ? KEY_PAUSE_MS : 0);
  });

  function commit(slider) {
    isScrubbing = false;
    slider.form.removeAttribute("hx-morph-skip");
    if (slider.id === "position-slider") run = { ...run, at: now(), ms: Number(slider.value) };
    htmx.trigger(slider.form, "player:commit");
  }

  // --- Keys that react at once --------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const key = event.target.closest(".key[formaction]");
    if (!key) return;
    if (key.hasAttribute("aria-pressed") && key.id === "key-shuffle") {
      key.setAttribute("aria-pressed", String(key.getAttribute("aria-pressed") !== "true"));
    }
    if (key.dataset.flip) flip(key);
  });

  function flip(key) {
    const [shown, other] = key.dataset.flip.split(" ");
    const use = key.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${other}`));
    run = { ...run, ms: position(), at: now(), isRunning: shown === "play" };
  }

  readDeck();
  askIn(Number(byId("player")?.dataset.pollMs ?? LONGEST_PAUSE_MS));
})();
