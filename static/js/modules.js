// Scripts that only some pages need: an element names its module in data-module, and what it exports as start
// is called with the element, once. Pages come by swaps, so a script tag in their head would not be seen.
(() => {
  "use strict";

  const started = new WeakSet();

  async function start(element) {
    started.add(element);
    const module = await import(element.dataset.module);
    if (element.isConnected) module.start(element);
  }

  const look = () => {
    for (const element of document.querySelectorAll("[data-module]")) if (!started.has(element)) start(element);
  };

  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:after:swap", look);

  // --- The dialog ---------------------------------------------------------------------------------------
  // Whatever is put into #dialog opens it; an answer that leaves it empty closes it.
  let opener = null;

  // What went wrong while it is open is said in front of it; on a phone it covers where toasts stand.
  function toastsInFront(isInFront) {
    const toasts = document.getElementById("toasts");
    if (!toasts) return;
    toasts.popover = isInFront ? "manual" : null;
    if (isInFront) toasts.showPopover();
  }

  function watch(dialog) {
    new MutationObserver(() => {
      const isEmpty = !dialog.querySelector("*");
      if (isEmpty && dialog.open) dialog.close();
      if (isEmpty || dialog.open) return;
      opener = document.activeElement;
      dialog.showModal();
      toastsInFront(true);
    }).observe(dialog, { childList: true });
    dialog.addEventListener("close", () => {
      toastsInFront(false);
      dialog.replaceChildren();
      if (opener?.isConnected) opener.focus();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
  }

  // A form whose answer belongs to the page behind it: then the dialog has done its part.
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement?.closest?.("[data-closes]");
    const isSettled = ctx.response && ctx.response.status < 500 && ctx.response.status !== 422;
    if (form && isSettled) form.closest("dialog")?.close();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const dialog = document.getElementById("dialog");
    if (dialog) watch(dialog);
  });
})();
