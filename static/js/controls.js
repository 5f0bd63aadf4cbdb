// Commands: shown at once, sent one after the other, and put right by the answer.
// While one is under way, further presses wait and melt together: of a switch or a slider the last wish counts,
// presses of next and previous are added up. So five quick presses are one skip and then one of four.
(() => {
  "use strict";

  const { player } = window;
  const byId = (id) => document.getElementById(id);
  const all = (selector) => document.querySelectorAll(selector);
  const now = () => performance.now();
  const MOST_SKIPS = 10; // as many as the server takes in one request

  // --- Sending ------------------------------------------------------------------------------------------
  const waiting = new Map(); // by lane, in the order in which they were wished for
  const sentAt = new Map();
  let current = null;

  // Every step of a slider would be a request; a few a second are as good to the ear.
  const VOLUME_PAUSE_MS = 300;
  const readyIn = (lane) => (lane === "volume" ? (sentAt.get(lane) ?? -Infinity) + VOLUME_PAUSE_MS - now() : 0);

  function wish(lane, made) {
    const isAsSent = current?.lane === lane && made.isState && String(current.value) === String(made.value);
    waiting.delete(lane);
    if (!isAsSent) waiting.set(lane, { lane, ...made });
    made.show?.();
    send();
  }

  async function send() {
    if (current || !waiting.size) return;
    const lane = [...waiting.keys()].find((name) => readyIn(name) <= 0);
    if (!lane) return void setTimeout(send, readyIn("volume"));
    const next = waiting.get(lane);
    waiting.delete(lane);
    current = next;
    next.from = player.facts?.now?.uri;
    if (lane === "skip") keepRest(next);
    const { url, values } = next.request(next.value);
    try {
      await htmx.ajax("POST", url, { source: byId("bar-form"), target: "#bar", swap: "outerMorph", values });
    } finally {
      sentAt.set(lane, now());
      current = null;
      send();
    }
  }

  function keepRest(skip) {
    const rest = skip.value - Math.sign(skip.value) * MOST_SKIPS;
    if (Math.abs(skip.value) <= MOST_SKIPS) return;
    waiting.set("skip", { ...skip, value: rest });
    skip.value -= rest;
  }

  // An answer shows the state after its own command; what is wished beyond that stays in sight.
  document.addEventListener("player:shown", () => {
    for (const one of waiting.values()) one.show?.();
  });

  const control = (name) => player.facts?.controls[name];

  function isRefused(name) {
    const reason = control(name)?.reason;
    if (reason) window.say("words", reason);
    return Boolean(reason) || !control(name);
  }

  // --- What each command means, and how it is shown at once ---------------------------------------------
  const wished = (lane, otherwise) => (waiting.get(lane) ?? (current?.lane === lane ? current : null))?.value ?? otherwise;
  const words = (name) => byId("bar").dataset[name];
  const draw = (key, icon) => {
    const use = key.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  };

  function setPlaying(value) {
    const name = value ? "play" : "pause";
    if (isRefused(name)) return;
    const show = () => {
      player.jump(player.position(), { isRunning: value });
      player.facts.isPlaying = value;
      for (const key of all("#key-play, #bar-play")) {
        draw(key, value ? "pause" : "play");
        key.setAttribute("aria-label", words(value ? "wordsPause" : "wordsPlay"));
      }
    };
    wish("playing", { value, isState: true, show, request: (v) => ({ url: control(v ? "play" : "pause").url }) });
  }

  function skip(step) {
    if (isRefused(step > 0 ? "next" : "previous")) return;
    const value = (waiting.get("skip")?.value ?? 0) + step;
    const request = (net) => ({ url: control(net > 0 ? "next" : "previous").url, values: { times: Math.abs(net) } });
    if (value === 0) return void waiting.delete("skip");
    wish("skip", { value, show: () => showAhead(value), request });
  }

  // `upcoming` is what follows the item that the server spoke of last; what is under way comes on top.
  function showAhead(value) {
    const ahead = value + (current?.lane === "skip" && player.facts.now?.uri === current.from ? current.value : 0);
    const item = ahead > 0 ? player.facts.upcoming[ahead - 1] : null;
    if (ahead < 0 || item) player.jump(0, item ? { id: item.uri, length: item.ms } : {});
    if (!item) return;
    for (const title of all("#now-playing h1 :is(a, span), #bar-title")) title.textContent = item.title;
    for (const by of all("#now-playing .now-playing__byline, #bar-by")) by.textContent = item.by;
    for (const art of all("#now-playing > img.artwork")) if (item.cover) art.src = item.cover;
    for (const art of all("img.player-bar__artwork")) if (item.thumb) art.src = item.thumb;
    for (const length of all("#position-slider, #position-bar, #bar-slider, #bar-progress, #bar-line")) length.max = item.ms || 1;
  }

  function setShuffle(value) {
    if (isRefused("shuffle")) return;
    const show = () => byId("key-shuffle")?.setAttribute("aria-pressed", String(value));
    wish("shuffle", { value, isState: true, show, request: (state) => ({ url: control("shuffle").url, values: { state } }) });
  }

  function setRepeat(value) {
    if (isRefused("repeat")) return;
    const name = { off: "wordsRepeatOff", context: "wordsRepeatContext", track: "wordsRepeatTrack" }[value];
    const show = () => {
      for (const key of all("#key-repeat")) {
        key.setAttribute("aria-pressed", String(value !== "off"));
        key.setAttribute("aria-label", words(name));
        draw(key, value === "track" ? "repeat-1" : "repeat");
      }
    };
    wish("repeat", { value, isState: true, show, request: (state) => ({ url: control("repeat").url, values: { state } }) });
  }

  function nextRepeat() {
    const order = player.facts.repeats;
    const state = wished("repeat", player.facts.repeat);
    return order[(order.indexOf(state) + 1) % order.length];
  }

  function setSaved(value) {
    if (isRefused("saved")) return;
    const { uri } = player.facts.now;
    const show = () => {
      if (player.facts.now?.uri !== uri) return;
      for (const key of all("#bar-save, #now-playing-save")) key.setAttribute("aria-pressed", String(value));
    };
    const request = (saved) => ({ url: control("saved").url, values: { uri, saved } });
    wish("saved", { value, isState: true, show, request });
  }

  function seek(ms) {
    if (isRefused("seek")) return;
    const value = Math.round(Math.min(Math.max(ms, 0), player.facts.now?.ms || Infinity));
    const request = (position_ms) => ({ url: control("seek").url, values: { position_ms } });
    wish("position", { value, isState: true, show: () => player.jump(value), request });
  }

  function setVolume(percent) {
    if (isRefused("volume")) return;
    const value = Math.round(Math.min(Math.max(percent, 0), 100));
    const request = (volume_percent) => ({ url: control("volume").url, values: { volume_percent } });
    wish("volume", { value, isState: true, show: () => showVolume(value), request });
  }

  function showVolume(value) {
    for (const slider of all("#volume-slider, #volume-bar")) slider.value = value;
    for (const number of all("#volume-now")) number.textContent = value;
  }

  const volume = () => wished("volume", player.facts.volume ?? 0);
  let loudBefore = 30;

  function mute() {
    if (volume() > 0) loudBefore = volume();
    setVolume(volume() > 0 ? 0 : loudBefore);
  }

  const isPlaying = () => wished("playing", player.facts.isPlaying);

  player.commands = {
    playing: () => setPlaying(!isPlaying()),
    play: () => setPlaying(true),
    pause: () => setPlaying(false),
    next: () => skip(1),
    previous: () => skip(-1),
    shuffle: () => setShuffle(!wished("shuffle", player.facts.shuffle)),
    repeat: () => setRepeat(nextRepeat()),
    saved: () => setSaved(!wished("saved", player.facts.saved)),
    seekTo: seek,
    seekBy: (ms) => seek(wished("position", player.position()) + ms),
    volumeBy: (step) => setVolume(volume() + step),
    mute,
  };

  // --- Keys on the page ---------------------------------------------------------------------------------
  const KEYS = { "key-play": "playing", "key-next": "next", "key-previous": "previous", "key-shuffle": "shuffle", "key-repeat": "repeat" };
  const SKIPS_MS = { "key-back": -15000, "key-forward": 15000 };

  // Before htmx and the form hear of it; without a script the form sends the same.
  document.addEventListener("click", (event) => {
    const key = event.target.closest?.("[data-command], .transport__button");
    if (!key || key.getAttribute("aria-disabled") === "true" || !player.facts) return;
    const command = key.dataset.command ?? KEYS[key.id];
    if (!command && !(key.id in SKIPS_MS)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (command) player.commands[command]();
    else player.commands.seekBy(SKIPS_MS[key.id]);
  }, true);

  // --- Sliders ------------------------------------------------------------------------------------------
  const KEY_PAUSE_MS = 350; // arrows are pressed several times; one request is enough
  let commitTimer = 0;
  let keyAt = -Infinity;

  const sliderOf = (event) => event.target.closest?.("#position-slider, #bar-slider, #volume-slider");
  const boxOf = (slider) => slider.closest(".progress, .volume");
  const isVolume = (slider) => slider.id === "volume-slider";

  document.addEventListener("keydown", (event) => {
    if (sliderOf(event)) keyAt = now();
  });

  document.addEventListener("input", (event) => {
    const slider = sliderOf(event);
    if (!slider) return;
    player.isScrubbing = true;
    const box = boxOf(slider);
    box.setAttribute("hx-morph-skip", "");
    box.querySelector("progress").value = slider.value;
    box.querySelector("[id$='-now']").textContent = isVolume(slider) ? slider.value : player.asClock(slider.value);
    if (!isVolume(slider)) player.speak(slider, Number(slider.value));
    else if (now() - keyAt > 100) setVolume(Number(slider.value)); // heard while it moves
  });

  document.addEventListener("change", (event) => {
    const slider = sliderOf(event);
    if (!slider) return;
    clearTimeout(commitTimer);
    commitTimer = setTimeout(() => commit(slider), now() - keyAt < 100 ? KEY_PAUSE_MS : 0);
  });

  function commit(slider) {
    player.isScrubbing = false;
    boxOf(slider)?.removeAttribute("hx-morph-skip");
    if (isVolume(slider)) setVolume(Number(slider.value));
    else seek(Number(slider.value));
  }

  const WHEEL_STEP = 4;

  document.addEventListener("wheel", (event) => {
    if (!event.target.closest?.("#volume") || event.ctrlKey || !event.deltaY) return;
    event.preventDefault();
    setVolume(volume() - Math.sign(event.deltaY) * WHEEL_STEP);
  }, { passive: false });
})();
