// Saved or not is shown alike wherever an item stands: in every row of the page, in the bar and on the deck, and
// in the member's other tabs. A press shows at once; the answer, in #saved-news, says what is true.

const LIKES = "[data-like]";
const changed = new Map(); // by URI, since this page was opened

function draw(like, saved) {
  if (like.getAttribute("aria-pressed") === String(saved)) return;
  like.setAttribute("aria-pressed", String(saved));
  like.value = `${!saved} ${like.dataset.like}`;
  [like.title, like.dataset.otherTitle] = [like.dataset.otherTitle, like.title];
}

function show(uri, saved) {
  changed.set(uri, saved);
  for (const button of document.querySelectorAll(`[data-follow="${CSS.escape(uri)}"]`)) {
    button.setAttribute("aria-pressed", String(saved));
    button.value = String(!saved);
  }
  for (const like of document.querySelectorAll(`[data-like="${CSS.escape(uri)}"]`)) draw(like, saved);
}

// Rows that were out of the page while something was saved.
document.addEventListener("library:drawn", ({ detail: { root } }) => {
  for (const like of root.querySelectorAll(LIKES)) {
    if (changed.has(like.dataset.like)) draw(like, changed.get(like.dataset.like));
  }
});

function showPlaying(uris, saved) {
  const { player } = window;
  if (!uris.includes(player?.facts?.now?.uri)) return;
  for (const key of document.querySelectorAll("#bar-save, #now-playing-save")) key.setAttribute("aria-pressed", String(saved));
}

function showAll({ uris, saved }) {
  for (const uri of uris) show(uri, saved);
  showPlaying(uris, saved);
  document.dispatchEvent(new CustomEvent("library:saved", { detail: { uris, saved } }));
}

const isLike = (ctx) => ctx.sourceElement?.matches?.(LIKES);
const wish = (like) => {
  const [saved, uri] = like.value.split(" ");
  return { saved: saved === "true", uri };
};

export function start(news) {
  const channel = new BroadcastChannel(`saved-${news.dataset.member}`);
  channel.addEventListener("message", ({ data }) => showAll(data));

  const tell = () => {
    const { uris, saved } = news.dataset;
    if (!uris) return;
    const said = { uris: uris.split(" "), saved: saved === "true" };
    showAll(said);
    channel.postMessage(said);
  };
  new MutationObserver(tell).observe(news, { attributeFilter: ["data-at"] });

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!isLike(ctx)) return;
    ctx.wished = wish(ctx.sourceElement);
    show(ctx.wished.uri, ctx.wished.saved);
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.wished && !(ctx.response?.status < 400)) show(ctx.wished.uri, !ctx.wished.saved);
  });

  // The bar's own button, and what its poll finds out.
  let known = {};
  document.addEventListener("player:shown", () => {
    const { now, saved } = window.player.facts ?? {};
    if (now?.uri && now.uri === known.uri && saved !== known.saved) {
      showAll({ uris: [now.uri], saved });
      channel.postMessage({ uris: [now.uri], saved });
    }
    known = { uri: now?.uri, saved };
  });
}
