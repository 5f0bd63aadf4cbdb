// Media keys. A browser hands them to the tab that makes the sound, and this page makes none: they come here as
// ordinary keys while the page has the focus, and through the media session where the browser gives them to us.
import { frame } from "./frame-parts.js";

const { commands, player } = frame;
const SEEK_STEP_MS = 5000;
const SPOKEN_SEEK_STEP_MS = 15000; // spoken words

export const getSeekStep = () => (["episode", "unknown"].includes(player.facts?.kind) ? SPOKEN_SEEK_STEP_MS : SEEK_STEP_MS);

const KEYS = {
  MediaPlayPause: "playing",
  MediaPlay: "play",
  MediaPause: "pause",
  MediaStop: "pause",
  MediaTrackNext: "next",
  MediaTrackPrevious: "previous",
};

document.addEventListener("keydown", (event) => {
  const command = KEYS[event.key];
  if (!command || event.repeat) return;
  event.preventDefault();
  commands[command]();
});

const getOffset = (details) => 1000 * (details.seekOffset ?? getSeekStep() / 1000);

const SESSION_ACTIONS = {
  play: () => commands.play(),
  pause: () => commands.pause(),
  nexttrack: () => commands.next(),
  previoustrack: () => commands.previous(),
  seekbackward: (details) => commands.seekBy(-getOffset(details)),
  seekforward: (details) => commands.seekBy(getOffset(details)),
  seekto: (details) => commands.seekTo(details.seekTime * 1000),
};

for (const [name, action] of Object.entries(navigator.mediaSession ? SESSION_ACTIONS : {})) {
  try {
    navigator.mediaSession.setActionHandler(name, action);
  } catch {
    // A browser that does not know this action.
  }
}
