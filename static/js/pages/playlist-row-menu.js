// What the menu of a playlist's row is about (row-menu.js fills and opens it), and the field that moves a row to a
// position, which stands in the page once.
import { anchorTo } from "../shared/anchor-popover.js";

const byId = (id) => document.getElementById(id);
const getPosition = (row) => row.querySelector(".checkbox input").value;

// `getSelection` gives what is selected on the page now.
export function attachRowMenu(root, { getSelection, signal }) {
  const menu = byId("row-menu");
  const moveTo = byId("place");
  const getMenuRow = () => menu.opener?.closest(".item-row");
  let moveRow = null;

  function openMoveTo() {
    moveRow = getMenuRow();
    menu.hidePopover();
    anchorTo(menu.opener, moveTo);
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
    if (!button || !selection || !(root.contains(button) || menu.contains(button))) return;
    if (button.dataset.menuCommand === "place") return openMoveTo();
    if (button.getAttribute("form") !== "selection") return;
    const row = menu.contains(button) ? getMenuRow() : moveTo?.contains(button) ? moveRow : null;
    selection.instead = row ? [getPosition(row)] : null;
    menu.hidePopover();
    if (moveTo?.contains(button)) moveTo.hidePopover();
  }, { capture: true, signal });
}
