// The styles that a first page does without. They come when nothing else is to do, and before anything that is asked
// for meanwhile is shown. Other pages name them in their head.
const { styles } = document.querySelector("script[data-worker]").dataset;

const isLoaded = () => document.querySelector(`link[rel=stylesheet][href="${styles}"]`);
let loading = null;

function loadStyles() {
  loading ??= new Promise((resolve) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: styles });
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      loading = null; // the next thing asked for tries again
      resolve();
    };
    document.head.append(link);
  });
  return loading;
}

if (!isLoaded()) {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.closest("[data-quiet]")) return;
    ctx.fetch = async (...request) => {
      const [answer] = await Promise.all([fetch(...request), loadStyles()]);
      return answer;
    };
  });
  (window.requestIdleCallback ?? setTimeout)(loadStyles);
}
