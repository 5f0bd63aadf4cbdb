// Going from page to page without loading the frame again: the bar goes on, and only #view, the navigation and
// the title change. Forms are not boosted: they may lead to Spotify, or change the frame itself.
const visits = new WeakSet(); // requests for a page: the link itself is gone when the page that held it is
const isBack = (ctx) => ctx.request.headers["HX-History-Restore-Request"] === "true";
const isVisit = (ctx) => visits.has(ctx);

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (isBack(ctx) || ctx.sourceElement._htmx?.boosted) visits.add(ctx);
});

// A link is boosted when it is pressed, before the press reaches it: a page has hundreds, and most are never pressed.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("a[href]:not([hx-get], [hx-boost], [data-palette])");
  const boost = link?.closest("[data-boost]")?.dataset.boost;
  if (!boost) return;
  link.setAttribute("hx-boost", boost);
  htmx.process(link);
}, true);

// Of several clicks the last link counts.
let latest = null;

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!isVisit(ctx)) return;
  if (latest && latest !== ctx) latest.request.abort?.(); // Back brings its own
  latest = ctx;
  document.documentElement.toggleAttribute("data-visiting", true);
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx === latest) document.documentElement.toggleAttribute("data-visiting", false);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!isVisit(ctx)) return;
  if (ctx !== latest) return event.preventDefault();
  const isPage = ctx.text.includes('id="view"') && ctx.text.includes('id="bar"');
  if (!isPage) {
    // Signed out meanwhile, or not one of our pages: the browser goes there by itself.
    event.preventDefault();
    location.assign(ctx.response.raw.url);
  } else if (ctx.response.status >= 400) {
    // Pages of errors are pages too; htmx leaves them out unless the element asks for them.
    ctx.sourceElement.setAttribute(`hx-status:${ctx.response.status}`, "swap:outerHTML");
  }
});

// A screen reader says where it is, as after a load, and the keyboard goes on from there.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!isVisit(ctx)) return;
  const view = document.getElementById("view");
  const anchor = ctx.request.anchor && document.getElementById(ctx.request.anchor);
  const start = anchor || view.querySelector("[autofocus]") || view.querySelector("h1") || document.getElementById("main");
  if (start.matches("[autofocus]")) return;
  if (!start.hasAttribute("tabindex")) start.setAttribute("tabindex", "-1");
  start.focus({ preventScroll: true });
});
