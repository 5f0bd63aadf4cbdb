// Lets a popover that stands in the page once open at a button.
export function anchorTo(button, popover) {
  document.querySelector("[data-anchor]")?.removeAttribute("data-anchor");
  button.dataset.anchor = "";
  popover.dataset.anchored = "";
}
