// The dialog: whatever is put into #dialog opens it, and an answer that leaves it empty closes it.
import { focusAlong, readTrail } from "./shared/focus-trail.js";

let openerTrail = null; // what opened it may be another element by the time that it closes

// Toasts stand in front of the open dialog; on a phone it covers where they usually are.
function setToastsInFront(isInFront) {
  const toasts = document.getElementById("toasts");
  if (!toasts) return;
  toasts.popover = isInFront ? "manual" : null;
  if (isInFront) toasts.showPopover();
}

function watchDialog(dialog) {
  new MutationObserver(() => {
    const isEmpty = !dialog.querySelector("*");
    if (isEmpty && dialog.open) dialog.close();
    if (isEmpty || dialog.open) return;
    const opener = document.activeElement;
    openerTrail = opener === document.body ? null : readTrail(opener);
    dialog.showModal();
    setToastsInFront(true);
  }).observe(dialog, { childList: true });
  dialog.addEventListener("close", () => {
    setToastsInFront(false);
    dialog.replaceChildren();
    if (openerTrail) focusAlong(openerTrail);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
}

// A form whose answer belongs to the page behind closes the dialog when the answer is final.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement?.closest?.("[data-closes]");
  const isFinal = ctx.response && ctx.response.status < 500 && ctx.response.status !== 422;
  if (form && isFinal) form.closest("dialog")?.close();
});

const dialog = document.getElementById("dialog");
if (dialog) watchDialog(dialog);
