// The keyboard. Which key does what stands in the help (a dialog of the page), and nowhere else.
(() => {
  "use strict";

  const { player } = window;
  const help = document.getElementById("help");
  if (!help || !player) return;
  const commands = player.commands;
  const OFF = "keys-off";
  const SHORT_MS = 5000;
  const LONG_MS = 15000; // spoken words
  const VOLUME_STEP = 5;

  const step = () => (["episode", "unknown"].includes(player.facts?.kind) ? LONG_MS : SHORT_MS);

  const DOES = {
    ...commands,
    back: () => commands.seekBy(-step()),
    forward: () => commands.seekBy(step()),
    louder: () => commands.volumeBy(VOLUME_STEP),
    quieter: () => commands.volumeBy(-VOLUME_STEP),
    queue: () => goTo("up-next-title"),
    search: () => goTo(document.querySelector("[data-search-field]")?.id ?? "q"),
    help: () => help.showModal(),
  };

  const table = new Map();
  for (const row of help.querySelectorAll("[data-keys]")) table.set(row.dataset.keys, row.dataset.does);
  const SAME = { " ": "Space", "+": "ArrowUp", "-": "ArrowDown" };

  // --- Where the queue and the search are ---------------------------------------------------------------
  const GOAL = "keys-goal"; // outlives a page that is loaded as a whole

  function goTo(id) {
    const place = document.getElementById(id);
    if (place) return reach(place);
    sessionStorage.setItem(GOAL, id);
    document.querySelector(".sidebar__nav a")?.click(); // the player page has both
  }

  function reach(place) {
    if (!place.matches("input")) place.setAttribute("tabindex", "-1");
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
    place.select?.();
  }

  function arrive() {
    const place = document.getElementById(sessionStorage.getItem(GOAL));
    if (!place) return;
    sessionStorage.removeItem(GOAL);
    reach(place);
  }

  document.addEventListener("htmx:finally:swap", arrive);
  arrive();

  // --- When a key is somebody else's --------------------------------------------------------------------
  const TYPING = "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
  const PRESSED = "button, a, summary, input, label, [role=menuitem], [role=option]";
  const ARROWED = "input, [role=menu], [role=listbox], [role=combobox], [role=grid], audio, video";
  const UP_AND_DOWN = ["ArrowUp", "ArrowDown"];

  function isTaken(event) {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return true;
    if (target.closest("dialog, [popover]") || target.matches(TYPING) || target.isContentEditable) return true;
    if (event.shiftKey && !"?+/".includes(key)) return true;
    if (key === " " && target.closest(PRESSED)) return true;
    if (key.startsWith("Arrow") && target.closest(ARROWED)) return true;
    // Elsewhere these two scroll the page, and nobody wants to lose that.
    return UP_AND_DOWN.includes(key) && !document.getElementById("now-playing");
  }

  const isOn = () => localStorage.getItem(OFF) === null;
  const MANY = new Set(["back", "forward", "louder", "quieter", "next", "previous"]); // holding it down is meant

  document.addEventListener("keydown", (event) => {
    if (!isOn() || isTaken(event)) return;
    const does = table.get(SAME[event.key] ?? event.key);
    if (!does || (event.repeat && !MANY.has(does))) return;
    event.preventDefault();
    DOES[does]();
  });

  // --- Media keys -----------------------------------------------------------------------------------------
  // A browser hands them to whoever makes the sound, and this page makes none: they come here as ordinary keys
  // while the page has the focus, and through the media session where the browser gives them to us.
  const MEDIA = {
    MediaPlayPause: "playing",
    MediaPlay: "play",
    MediaPause: "pause",
    MediaStop: "pause",
    MediaTrackNext: "next",
    MediaTrackPrevious: "previous",
  };

  document.addEventListener("keydown", (event) => {
    const does = MEDIA[event.key];
    if (!does || event.repeat) return;
    event.preventDefault();
    commands[does]();
  });

  const SESSION = {
    play: () => commands.play(),
    pause: () => commands.pause(),
    nexttrack: () => commands.next(),
    previoustrack: () => commands.previous(),
    seekbackward: (details) => commands.seekBy(-1000 * (details.seekOffset ?? step() / 1000)),
    seekforward: (details) => commands.seekBy(1000 * (details.seekOffset ?? step() / 1000)),
    seekto: (details) => commands.seekTo(details.seekTime * 1000),
  };

  for (const [name, act] of Object.entries(navigator.mediaSession ? SESSION : {})) {
    try {
      navigator.mediaSession.setActionHandler(name, act);
    } catch {
      // A browser that does not know this action.
    }
  }

  // --- The help, and the switch in it ---------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-help]")) help.showModal();
    else if (event.target === help) help.close(); // beside the dialog
  });

  const isWanted = document.getElementById("keys-on");
  isWanted.checked = isOn();
  isWanted.addEventListener("change", () => {
    if (isWanted.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
})();
