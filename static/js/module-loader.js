// Loads scripts that only some pages need: an element names its module in data-module, and the module's `start`
// is called with the element, once. Pages come by swaps, so a script tag in their head would not be seen.
//
// The address is the module's of the page that was just loaded, which may be newer than this frame. So page
// modules import only files that keep no state (shared/), and speak with the frame by events and attributes.
const started = new WeakSet();
const here = new Map(); // by address: modules that the page named in its head, which an import would bring a frame later
document.addEventListener("module:here", ({ detail }) => here.set(detail.address, detail));

async function startModule(element) {
  started.add(element);
  const address = new URL(element.dataset.module, location.href).href;
  const module = here.get(address) ?? (await import(address));
  if (element.isConnected) module.start(element);
}

function startModules() {
  for (const element of document.querySelectorAll("[data-module]")) if (!started.has(element)) startModule(element);
}

document.addEventListener("htmx:after:swap", startModules);
// What a page brings along finds the frame at work, and htmx, which starts when the document hears of it.
addEventListener("DOMContentLoaded", startModules);
