// Sends a form once: a second press while the first request is under way would make a second playlist.
// Forms that want several requests at a time say so with hx-sync.
const sending = new WeakSet();

// The same for selected rows: htmx would carry out the second removal after the first, across its Undo.
const SELECTION_BUTTON = 'button[form="selection"][hx-post]';

function stopEvent(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "post" && !form.closest("[hx-sync]") && sending.has(form)) stopEvent(event);
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(SELECTION_BUTTON);
  if (button && !button.closest("[hx-sync]") && sending.has(button)) stopEvent(event);
}, true);

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.matches?.(`form, ${SELECTION_BUTTON}`)) sending.add(ctx.sourceElement);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => sending.delete(ctx.sourceElement));
