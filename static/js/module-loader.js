// Loads scripts that only some pages need: an element names its module in data-module, and the module's `start`
// is called with the element, once. Pages come by swaps, so a script tag in their head would not be seen.
//
// The address is the module's of the page that was just loaded, which may be newer than this frame. So page
// modules import only files that keep no state (shared/), and speak with the frame by events and attributes.
const started = new WeakSet();

async function startModule(element) {
  started.add(element);
  const module = await import(element.dataset.module);
  if (element.isConnected) module.start(element);
}

function startModules() {
  for (const element of document.querySelectorAll("[data-module]")) if (!started.has(element)) startModule(element);
}

document.addEventListener("htmx:after:swap", startModules);
// What a page brings along finds the frame at work, and htmx.
document.addEventListener("DOMContentLoaded", startModules);
