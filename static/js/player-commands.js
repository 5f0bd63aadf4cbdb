// Commands: shown at once, sent one after the other, and put right by the answer.
// While one is under way, further presses wait and are merged: of a switch or a slider the last value counts,
// presses of next and previous are added up. So five quick presses are one skip and then one of four.
import { getPosition, player, setPosition } from "./player-state.js";
import { sendToBar } from "./shared/send-to-bar.js";
import { showToast } from "./shared/show-toast.js";

const byId = (id) => document.getElementById(id);
const all = (selector) => document.querySelectorAll(selector);
const now = () => performance.now();
const MAX_SKIPS = 10; // as many as the server takes in one request

// --- Sending --------------------------------------------------------------------------------------------
const waiting = new Map(); // by lane, in the order in which they were asked for
const sentAt = new Map();
let current = null;
let loan = byId("bar-loan")?.value; // of a borrowed speaker

// Every step of a slider would be a request; a few a second are as good to the ear.
const VOLUME_PAUSE_MS = 300;
const getPause = (lane) => (lane === "volume" ? (sentAt.get(lane) ?? -Infinity) + VOLUME_PAUSE_MS - now() : 0);

function requestCommand(lane, command) {
  const isUnderWay = current?.lane === lane && command.isState && String(current.value) === String(command.value);
  waiting.delete(lane);
  if (!isUnderWay) waiting.set(lane, { lane, ...command });
  command.show?.();
  sendNext();
}

async function sendNext() {
  if (current || !waiting.size) return;
  const lane = [...waiting.keys()].find((name) => getPause(name) <= 0);
  if (!lane) return void setTimeout(sendNext, getPause("volume"));
  const command = waiting.get(lane);
  waiting.delete(lane);
  current = command;
  command.from = player.facts?.now?.uri;
  if (lane === "skip") splitSkip(command);
  const { url, values } = command.request(command.value);
  try {
    await sendToBar(url, values);
  } finally {
    sentAt.set(lane, now());
    current = null;
    sendNext();
  }
}

function splitSkip(skip) {
  const rest = skip.value - Math.sign(skip.value) * MAX_SKIPS;
  if (Math.abs(skip.value) <= MAX_SKIPS) return;
  waiting.set("skip", { ...skip, value: rest });
  skip.value -= rest;
}

// An answer shows the state after its own command; what is asked for beyond that stays in sight.
document.addEventListener("player:shown", () => {
  // And what was asked of one player reaches no other that is shown by now.
  if (loan !== (loan = byId("bar-loan")?.value)) waiting.clear();
  for (const command of waiting.values()) command.show?.();
});

const getControl = (name) => player.facts?.controls[name];

function isRefused(name) {
  const reason = getControl(name)?.reason;
  if (reason) showToast("words", reason);
  return Boolean(reason) || !getControl(name);
}

// --- What each command means, and how it is shown at once -----------------------------------------------
function getRequested(lane, otherwise) {
  return (waiting.get(lane) ?? (current?.lane === lane ? current : null))?.value ?? otherwise;
}

const getLabel = (name) => byId("bar").dataset[name];

function setIcon(button, icon) {
  const use = button.querySelector("use");
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
}

function setPressed(name, value) {
  for (const button of all(`[data-command=${name}]`)) button.setAttribute("aria-pressed", String(value));
}

function setPlaying(value) {
  const name = value ? "play" : "pause";
  if (isRefused(name)) return;
  const show = () => {
    setPosition(getPosition(), { isRunning: value });
    player.facts.isPlaying = value;
    document.documentElement.toggleAttribute("data-playing", value);
    for (const button of all("[data-command=playing]")) {
      setIcon(button, value ? "pause" : "play");
      button.setAttribute("aria-label", getLabel(value ? "wordsPause" : "wordsPlay"));
    }
  };
  const request = (isPlaying) => ({ url: getControl(isPlaying ? "play" : "pause").url });
  requestCommand("playing", { value, isState: true, show, request });
}

function skip(step) {
  if (isRefused(step > 0 ? "next" : "previous")) return;
  const value = (waiting.get("skip")?.value ?? 0) + step;
  const request = (net) => ({ url: getControl(net > 0 ? "next" : "previous").url, values: { times: Math.abs(net) } });
  if (value === 0) return void waiting.delete("skip");
  requestCommand("skip", { value, show: () => showUpcoming(value), request });
}

// `upcoming` follows the item that the server spoke of last; what is under way comes on top.
function showUpcoming(value) {
  const isUnderWay = current?.lane === "skip" && player.facts.now?.uri === current.from;
  const ahead = value + (isUnderWay ? current.value : 0);
  const item = ahead > 0 ? player.facts.upcoming[ahead - 1] : null;
  if (ahead < 0 || item) setPosition(0, item ? { uri: item.uri, lengthMs: item.ms } : {});
  if (!item) return;
  for (const title of all("#now-playing h1 :is(a, span), #bar-title")) title.textContent = item.title;
  for (const byline of all("#now-playing .now-playing__byline, #bar-by")) byline.textContent = item.by;
  for (const artwork of all("#now-playing img.artwork")) if (item.cover) artwork.src = item.cover;
  for (const artwork of all("img.player-bar__artwork")) if (item.thumb) artwork.src = item.thumb;
  for (const scale of all("#position-slider, #position-bar, #bar-slider, #bar-progress, #bar-line")) scale.max = item.ms || 1;
}

function setShuffle(value) {
  if (isRefused("shuffle")) return;
  const show = () => setPressed("shuffle", value);
  const request = (state) => ({ url: getControl("shuffle").url, values: { state } });
  requestCommand("shuffle", { value, isState: true, show, request });
}

function setRepeat(value) {
  if (isRefused("repeat")) return;
  const name = { off: "wordsRepeatOff", context: "wordsRepeatContext", track: "wordsRepeatTrack" }[value];
  const show = () => {
    setPressed("repeat", value !== "off");
    for (const button of all("[data-command=repeat]")) {
      button.setAttribute("aria-label", getLabel(name));
      setIcon(button, value === "track" ? "repeat-1" : "repeat");
    }
  };
  const request = (state) => ({ url: getControl("repeat").url, values: { state } });
  requestCommand("repeat", { value, isState: true, show, request });
}

function getNextRepeat() {
  const order = player.facts.repeats;
  const state = getRequested("repeat", player.facts.repeat);
  return order[(order.indexOf(state) + 1) % order.length];
}

function setSaved(value) {
  if (isRefused("saved")) return;
  const { uri } = player.facts.now;
  const show = () => {
    if (player.facts.now?.uri !== uri) return;
    setPressed("saved", value);
  };
  const request = (saved) => ({ url: getControl("saved").url, values: { uri, saved } });
  requestCommand("saved", { value, isState: true, show, request });
}

function seekTo(ms) {
  if (isRefused("seek")) return;
  const value = Math.round(Math.min(Math.max(ms, 0), player.facts.now?.ms || Infinity));
  const request = (position_ms) => ({ url: getControl("seek").url, values: { position_ms } });
  requestCommand("position", { value, isState: true, show: () => setPosition(value), request });
}

function setVolume(percent) {
  if (isRefused("volume")) return;
  const value = Math.round(Math.min(Math.max(percent, 0), 100));
  const request = (volume_percent) => ({ url: getControl("volume").url, values: { volume_percent } });
  requestCommand("volume", { value, isState: true, show: () => showVolume(value), request });
}

function showVolume(value) {
  for (const scale of all("[data-volume]")) scale.value = value;
  for (const number of all("[data-volume-now]")) number.textContent = value;
  setPressed("mute", value === 0);
}

const DEFAULT_VOLUME = 30;
const getVolume = () => getRequested("volume", player.facts.volume ?? 0);
let volumeBeforeMute = DEFAULT_VOLUME;

function toggleMute() {
  if (getVolume() > 0) volumeBeforeMute = getVolume();
  setVolume(getVolume() > 0 ? 0 : volumeBeforeMute);
}

// By the names that buttons (data-command) and keyboard shortcuts give.
export const commands = {
  playing: () => setPlaying(!getRequested("playing", player.facts.isPlaying)),
  play: () => setPlaying(true),
  pause: () => setPlaying(false),
  next: () => skip(1),
  previous: () => skip(-1),
  shuffle: () => setShuffle(!getRequested("shuffle", player.facts.shuffle)),
  repeat: () => setRepeat(getNextRepeat()),
  saved: () => setSaved(!getRequested("saved", player.facts.saved)),
  seekTo,
  seekBy: (ms) => seekTo(getRequested("position", getPosition()) + ms),
  setVolume,
  volumeBy: (step) => setVolume(getVolume() + step),
  mute: toggleMute,
};
