// What the bar and the player page have in common: the running position, when to ask again, the title of the
// page, and what the system shows of the music. All facts come from the bar, which is on every page.
// The server says how old its answer is and when the next one is due; clocks are never compared.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const all = (selector) => document.querySelectorAll(selector);
  const now = () => performance.now();
  const player = (window.player = { facts: null, isScrubbing: false });

  // --- The running position -----------------------------------------------------------------------------
  const JITTER_MS = 1200; // Spotify's answers differ by this much although nothing jumped
  let run = { id: null, at: 0, ms: 0, length: 0, isRunning: false };

  player.position = () => Math.min(run.ms + (run.isRunning ? now() - run.at : 0), run.length || Infinity);

  player.asClock = (ms) => {
    const s = Math.floor(ms / 1000);
    const two = (n) => String(n).padStart(2, "0");
    const [hours, minutes] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
    return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
  };

  function readFacts() {
    const box = byId("bar");
    if (!box) return;
    const facts = (player.facts = JSON.parse(box.dataset.facts));
    const next = { id: facts.now?.uri, at: now(), ms: facts.progressMs, length: facts.now?.ms, isRunning: facts.isRunning };
    const isSame = run.id === next.id && run.isRunning && next.isRunning;
    if (!isSame || Math.abs(player.position() - next.ms) > JITTER_MS) run = next;
    showPosition(player.position());
  }

  player.jump = (ms, changes = {}) => {
    run = { ...run, ...changes, at: now(), ms };
    showPosition(ms);
  };

  const SLIDERS = "#position-slider, #bar-slider";

  function showPosition(ms) {
    if (player.isScrubbing) return;
    for (const bar of all("#position-bar, #bar-progress, #bar-line")) bar.value = ms;
    for (const words of all("#position-now, #bar-position-now")) words.textContent = player.asClock(ms);
    for (const slider of all(SLIDERS)) {
      slider.value = ms;
      if (slider !== document.activeElement) player.speak(slider, ms);
    }
  }

  // A screen reader hears the position when it is asked for or moved, not every second.
  player.speak = (slider, ms) => {
    const words = slider.dataset.spoken.replace("POSITION", player.asClock(ms));
    slider.setAttribute("aria-valuetext", words.replace("LENGTH", player.asClock(slider.max)));
  };

  setInterval(() => run.isRunning && !document.hidden && showPosition(player.position()), 500);

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

  // The player page asks for itself, and its answer brings the bar along: there is one poll in any case.
  const watch = () => byId("watch") ?? byId("bar-watch");
  const shown = () => byId("player") ?? byId("bar");

  function ask() {
    if (document.hidden || !watch()) return;
    if (acting || player.isScrubbing) return askIn(300);
    htmx.trigger(watch(), "player:poll");
  }

  document.addEventListener("visibilitychange", () => askIn(Math.max(dueAt - now(), 0)));

  const isWatch = (ctx) => ctx.sourceElement?.id === "watch" || ctx.sourceElement?.id === "bar-watch";
  const isAct = (ctx) => ctx.request.method === "POST" && ["player", "bar"].includes(ctx.target?.id);
  const isVisit = (ctx) => ctx.target?.id === "view";

  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (isWatch(ctx) && !mustShow) ctx.request.headers["HX-PTag"] = shown().dataset.tag;
    if (ctx.request.method !== "POST" || ctx.target?.id !== "bar" || !byId("player")) return;
    // On the player page an answer to the bar shows the whole player.
    ctx.target = byId("player");
    ctx.request.headers["HX-Target"] = "div#player";
  });

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!isAct(ctx)) return;
    acting += 1;
    ctx.isCounted = true;
    for (const id of ["watch", "bar-watch"]) if (byId(id)) htmx.trigger(byId(id), "htmx:abort");
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
      askIn(100);
    } else if (!wasAborted) {
      failures += 1;
      askIn(Math.min(5000 * 2 ** (failures - 1), LONGEST_PAUSE_MS));
    }
  });

  // --- The title of the page, and what the system shows -------------------------------------------------
  let pageTitle = document.title;

  player.showTitle = () => {
    const item = player.facts?.now;
    // The player page is named after what plays; any other keeps its own name behind it.
    if (!byId("player")) document.title = player.facts?.isPlaying && item ? `${item.title} · ${pageTitle}` : pageTitle;
    showToSystem(item);
  };

  function showToSystem(item) {
    const session = navigator.mediaSession;
    if (!session || !window.MediaMetadata) return;
    const artwork = [item?.thumb, item?.cover].filter(Boolean).map((src) => ({ src }));
    const isNew = session.metadata?.title !== item?.title || session.metadata?.artist !== item?.by;
    if (!item?.uri) session.metadata = null;
    else if (isNew) session.metadata = new MediaMetadata({ title: item.title, artist: item.by, album: item.album, artwork });
    session.playbackState = !item?.uri ? "none" : player.facts.isPlaying ? "playing" : "paused";
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    readFacts();
    document.dispatchEvent(new CustomEvent("player:shown", { detail: ctx }));
    if (isVisit(ctx)) askIn(Number(byId("bar")?.dataset.pollMs ?? LONGEST_PAUSE_MS));
  });

  document.addEventListener("htmx:finally:swap", ({ detail: { ctx } }) => {
    if (isVisit(ctx)) pageTitle = ctx.title || document.title;
    player.showTitle();
  });

  readFacts();
  player.showTitle();
  askIn(Number(byId("bar")?.dataset.pollMs ?? LONGEST_PAUSE_MS));
})();
