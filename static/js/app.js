// What every page does beyond links and forms: toasts, menus, and words for a failing network.
// Listeners sit on the document, because parts of the page come and go.
(() => {
  "use strict";

  // --- Toasts -------------------------------------------------------------------------------------------
  const SHORTEST_MS = 8000;
  const MS_PER_SIGN = 90; // slow reading
  const timers = new WeakMap();

  const isHeld = (toast) => toast.matches(":hover, :focus-within");

  function dismiss(toast) {
    const hadFocus = toast.contains(document.activeElement);
    const next = toast.nextElementSibling ?? toast.previousElementSibling;
    toast.remove();
    if (hadFocus) (next?.querySelector("button") ?? document.getElementById("main"))?.focus({ preventScroll: true });
  }

  function keep(toast) {
    clearTimeout(timers.get(toast));
    const ms = Math.max(SHORTEST_MS, toast.textContent.trim().length * MS_PER_SIGN);
    timers.set(toast, setTimeout(() => (isHeld(toast) ? keep(toast) : dismiss(toast)), ms));
  }

  function welcome(toast) {
    // A failure that repeats itself is said once, for as long as it lasts.
    const words = toast.textContent;
    const same = [...toast.parentElement.children].find((other) => other !== toast && other.textContent === words);
    if (same) toast.remove();
    keep(same ?? toast);
  }

  function say(kind, words = "") {
    const template = document.querySelector(`template[data-toast="${kind}"]`);
    if (!template) return;
    const toast = template.content.cloneNode(true);
    const place = toast.querySelector("[data-words]");
    if (place) place.textContent = words;
    document.getElementById("toasts").append(toast);
  }

  window.say = say;

  // What was taken back needs no words any more; those of the answer come by themselves.
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const toast = ctx.sourceElement?.closest?.(".toast");
    if (toast && ctx.response?.status < 400) dismiss(toast);
  });

  function watchToasts() {
    const box = document.getElementById("toasts");
    if (!box) return;
    for (const toast of box.children) keep(toast);
    const added = (changes) => changes.flatMap((change) => [...change.addedNodes]);
    new MutationObserver((changes) =>
      added(changes).filter((node) => node.matches?.(".toast") && node.isConnected).forEach(welcome)
    ).observe(box, { childList: true });
  }

  document.addEventListener("click", (event) => {
    const toast = event.target.closest("[data-dismiss]")?.closest(".toast");
    if (toast) dismiss(toast);
  });

  // --- Failing requests ---------------------------------------------------------------------------------
  // Leaving the page aborts what is under way; that is no failure to speak of.
  let isLeaving = false;
  addEventListener("pagehide", () => (isLeaving = true));
  addEventListener("beforeunload", () => (isLeaving = true));
  addEventListener("pageshow", () => (isLeaving = false));

  // An element that shows on its own that it is out of date carries data-quiet.
  const isQuiet = (event) => isLeaving || event.detail.ctx?.sourceElement?.closest?.("[data-quiet]");

  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx && !event.detail.ctx.response && !isQuiet(event)) say("network");
  });

  // Swapped or not is known only now: a form may ask to be shown with its mistakes (hx-status:422).
  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    const isFailure = ctx.response?.status >= 400 && ctx.swap === "none";
    if (isFailure && !ctx.text.includes("<hx-partial") && !isQuiet(event)) say("server");
  });

  // --- Sending once -------------------------------------------------------------------------------------
  // A second press while the first is on its way would make a second playlist. Who wants that says hx-sync.
  const sending = new WeakSet();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.closest("[hx-sync]") || !sending.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // The same for what is chosen: htmx would carry out the second removal after the first, across its Undo.
  const CHOSEN = 'button[form="selection"][hx-post]';
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(CHOSEN);
    if (!button || button.closest("[hx-sync]") || !sending.has(button)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement?.matches?.(`form, ${CHOSEN}`)) sending.add(ctx.sourceElement);
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => sending.delete(ctx.sourceElement));

  // --- Menus --------------------------------------------------------------------------------------------
  const itemsOf = (menu) => [...menu.querySelectorAll('[role="menuitem"]:not(:disabled)')];
  const openerOf = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.('[role="menu"][popover]')) return;
    if (event.newState === "open") itemsOf(menu)[0]?.focus();
    else if (menu.contains(document.activeElement) || document.activeElement === document.body) openerOf(menu)?.focus();
  }, true);

  const STEPS = { ArrowDown: 1, ArrowUp: -1 };

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.('[role="menu"][popover]');
    if (!menu) return;
    const items = itemsOf(menu);
    const at = items.indexOf(document.activeElement);
    if (event.key in STEPS) items.at((at + STEPS[event.key]) % items.length)?.focus();
    else if (event.key === "Home") items[0]?.focus();
    else if (event.key === "End") items.at(-1)?.focus();
    else if (event.key === "Tab") return menu.hidePopover();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const menu = event.target.closest('[role="menuitem"]')?.closest("[popover]");
    // After the click has done its work: a hidden button submits nothing.
    if (menu) setTimeout(() => menu.matches(":popover-open") && menu.hidePopover());
  });

  // --- Waiting for Spotify ------------------------------------------------------------------------------
  const asClock = (s) => {
    const [hours, minutes, seconds] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60), s % 60];
    const two = (n) => String(n).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  };

  function countDown(box) {
    const all = Number(box.dataset.waitS);
    const start = performance.now();
    const tick = () => {
      const waited = Math.min(all, Math.floor((performance.now() - start) / 1000));
      box.querySelector("progress").value = waited;
      box.querySelector("[data-waited]").textContent = asClock(waited);
      box.querySelector("[data-left]").textContent = asClock(all - waited);
      if (waited >= all || !box.isConnected) clearInterval(timer);
    };
    const timer = setInterval(tick, 1000);
  }

  const countDownAll = (box) => box.querySelectorAll("[data-wait-s]").forEach(countDown);
  countDownAll(document);
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const view = document.getElementById("view");
    if (view && ctx.target?.id === "view") countDownAll(view);
  });
  watchToasts();
})();
