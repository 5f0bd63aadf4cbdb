// Menus behind a button: the focus moves into the menu and back, and arrow keys go through its items.
const getItems = (menu) => [...menu.querySelectorAll('[role="menuitem"]:not(:disabled)')];
const getOpener = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.('[role="menu"][popover]')) return;
  if (event.newState === "open") getItems(menu)[0]?.focus();
  else if (menu.contains(document.activeElement) || document.activeElement === document.body) getOpener(menu)?.focus();
}, true);

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.('[role="menu"][popover]');
  if (!menu) return;
  const items = getItems(menu);
  const index = items.indexOf(document.activeElement);
  if (event.key in STEPS) items.at((index + STEPS[event.key]) % items.length)?.focus();
  else if (event.key === "Home") items[0]?.focus();
  else if (event.key === "End") items.at(-1)?.focus();
  else if (event.key === "Tab") return menu.hidePopover();
  else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
    const startsAlike = (item) => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase());
    [...items.slice(index + 1), ...items.slice(0, index + 1)].find(startsAlike)?.focus();
  } else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const menu = event.target.closest('[role="menuitem"]')?.closest("[popover]");
  // After the click has done its work: a hidden button submits nothing.
  if (menu) setTimeout(() => menu.matches(":popover-open") && menu.hidePopover());
});
