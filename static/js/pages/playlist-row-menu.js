// The menu of a playlist's row, and the field that moves a row to a position. Both stand in the page once and
// are anchored to the row whose button opened them.

const byId = (id) => document.getElementById(id);
const getPosition = (row) => row.querySelector(".checkbox input").value;

function getSpotifyUrl(uri) {
  const [, kind, id] = uri.split(":");
  return kind === "local" ? "" : `https://open.spotify.com/${kind}/${id}`;
}

// `getSelection` and `getList` give what is on the page now.
export function attachRowMenu(root, { getSelection, getList, signal }) {
  const menu = byId("row-menu");
  const moveTo = byId("place");
  let menuRow = null;
  let moveRow = null;

  function openMenu(button) {
    menuRow = button.closest(".item-row");
    const uri = menuRow.dataset.uri ?? "";
    const isOnSpotify = uri && !uri.startsWith("spotify:local:");
    const isUnavailable = menuRow.classList.contains("is-unavailable");
    const applies = {
      link: isOnSpotify,
      playable: isOnSpotify && !isUnavailable,
      addable: isOnSpotify,
      order: getList().dataset.movable !== undefined,
    };
    for (const item of menu.querySelectorAll("[data-for]")) item.hidden = !applies[item.dataset.for];
    for (const item of menu.querySelectorAll("[data-value]")) item.value = item.dataset.value.replace("URI", uri);
    if (applies.link) menu.querySelector("[data-for=link]").href = getSpotifyUrl(uri);
    menu.setAttribute("aria-label", menuRow.querySelector(".item-row__title").textContent.trim());
    const note = menu.querySelector("[data-said]");
    const added = [...(menuRow.querySelector(".item-row__added")?.children ?? [])];
    const when = added.map((element) => element.textContent).join(" · ");
    note.textContent = when && note.dataset.said.replace("WHEN", () => when);
    anchorTo(button, menu);
    menu.showPopover();
  }

  function anchorTo(button, popover) {
    root.querySelector("[data-anchor]")?.removeAttribute("data-anchor");
    button.dataset.anchor = "";
    popover.dataset.anchored = "";
  }

  menu?.addEventListener("toggle", (event) => {
    const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
    if (event.newState === "closed" && hadFocus)
      menuRow?.querySelector("[data-row-menu]")?.focus({ preventScroll: true });
  });

  function openMoveTo() {
    moveRow = menuRow;
    menu.hidePopover();
    anchorTo(menuRow.querySelector("[data-row-menu]"), moveTo);
    moveTo.showPopover();
  }

  moveTo?.addEventListener("toggle", (event) => {
    if (event.newState === "open") byId("place-number").select();
    else moveRow = null;
  });
  byId("place-number")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    byId("place-go").click();
  });

  // The place of a button decides which rows it is about, before anything is sent.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    const selection = getSelection();
    if (!button || !root.contains(button) || !selection) return;
    if (button.hasAttribute("data-row-menu")) return openMenu(button);
    if (button.hasAttribute("data-place")) return openMoveTo();
    if (button.getAttribute("form") !== "selection") return;
    const row = menu.contains(button) ? menuRow : moveTo?.contains(button) ? moveRow : null;
    selection.instead = row ? [getPosition(row)] : null;
    menu.hidePopover();
    if (moveTo?.contains(button)) moveTo.hidePopover();
  }, { capture: true, signal });
}
