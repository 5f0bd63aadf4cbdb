// The menu of rows and cards: one for all of them, filled from the server when it is opened. Without this script
// the button leads to a page with the same entries. Also shows the whole of a name that is cut off.
import { anchorTo } from "../shared/anchor-popover.js";
import { focusAlong, readTrail } from "../shared/focus-trail.js";
import { showToast } from "../shared/show-toast.js";

const OPENER = '[form="menus"]';
const NAMES = ".item-row__title, .cover-card__title, .playlist-row__name, .sidebar__text > span";
const CUT_OFF = ".item-row__title > *, .item-row__byline > *, .item-row__album";

const EDGE_PX = 8;

const menu = document.getElementById("row-menu"); // `opener` is the button that it was opened by
let closedFor = null; // a press on the button of an open menu closes it, and must not open it again

document.addEventListener("pointerdown", (event) => {
  const button = event.target.closest?.(OPENER);
  closedFor = button && button === menu.opener && menu.matches(":popover-open") ? button : null;
}, true);

export function toggleMenu(button) {
  if (button !== closedFor) openMenu(button);
  closedFor = null;
}

// Right-click, and a long press with a finger: at the pointer, as far as the window has room.
export function openMenuAt(row, x, y) {
  const button = row.querySelector(OPENER);
  if (button) openMenu(button, { x, y });
}

function placeAt({ x, y }) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const isSheet = matchMedia("(width < 40rem)").matches;
  const left = x + width + EDGE_PX > innerWidth ? Math.max(x - width, EDGE_PX) : x;
  const top = y + height + EDGE_PX > innerHeight ? Math.max(Math.min(y, innerHeight - EDGE_PX) - height, EDGE_PX) : y;
  menu.style.insetInlineStart = isSheet ? "" : `${left}px`;
  menu.style.insetBlockStart = isSheet ? "" : `${top}px`;
}

async function openMenu(button, pointer = null) {
  menu.opener = button;
  menu.openerTrail = readTrail(button);
  menu.replaceChildren();
  const url = `${button.form.action}?${new URLSearchParams({ [button.name]: button.value })}`;
  await htmx.ajax("GET", url, { source: button, target: "#row-menu", swap: "innerHTML" });
  if (menu.opener !== button) return;
  if (!button.isConnected) { reopenMenu(button); return; }
  if (!menu.querySelector('[role="menuitem"]')) return;
  menu.setAttribute("aria-label", button.closest("li")?.querySelector(NAMES)?.textContent.trim() ?? "");
  anchorTo(button, menu);
  menu.classList.toggle("row-menu--at-pointer", Boolean(pointer));
  if (!pointer) menu.removeAttribute("style");
  menu.showPopover();
  if (pointer) placeAt(pointer);
  button.closest(".item-row")?.classList.add("is-menu-open");
}

// Rows may be replaced while the menu is on its way. It is asked for again, where the same song stands now.
function reopenMenu(gone) {
  const button = findAlike(gone);
  if (button) openMenu(button);
}

function findAlike(gone) {
  const alike = [...document.querySelectorAll(OPENER)].filter(
    (button) => button.name === gone.name && button.ariaLabel === gone.ariaLabel,
  );
  return alike.find((one) => one.value === gone.value) ?? (alike.length === 1 ? alike[0] : null);
}

// Or while it is open: then it would hang on nothing, and jump away from under a finger.
const replacements = new MutationObserver(() => {
  if (menu.opener.isConnected) return;
  const button = findAlike(menu.opener);
  if (!button) return;
  menu.opener = button;
  anchorTo(button, menu);
  button.closest(".item-row")?.classList.add("is-menu-open");
});

menu?.addEventListener("toggle", (event) => {
  if (event.newState === "open") replacements.observe(document.body, { childList: true, subtree: true });
  else replacements.disconnect();
  document.documentElement.toggleAttribute("data-row-menu", event.newState === "open");
  if (event.newState === "closed") for (const row of document.querySelectorAll(".is-menu-open")) row.classList.remove("is-menu-open");
  const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
  if (event.newState === "closed" && hadFocus && menu.openerTrail) focusAlong(menu.openerTrail);
});

// The clipboard is there on encrypted pages alone; a field that is selected is copied on all.
document.addEventListener("click", async ({ target }) => {
  const text = target.closest?.("[data-menu-command=copy]")?.dataset.value;
  if (!text) return;
  if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => copyByField(text));
  else copyByField(text);
  showToast("words", menu.dataset.wordsCopied);
});

function copyByField(text) {
  const field = document.createElement("textarea");
  field.value = text;
  menu.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "view" && menu.matches(":popover-open")) menu.hidePopover();
});

document.addEventListener("pointerover", (event) => {
  const text = event.target.closest?.(CUT_OFF);
  if (text && !text.title && text.scrollWidth > text.clientWidth) text.title = text.textContent.trim();
});
