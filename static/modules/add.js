// The dialog that adds to playlists: finding one's list by typing a few letters of its name.

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export function start(form) {
  const field = form.querySelector("#adding-filter");
  if (!field) return;
  const targets = [...form.querySelectorAll(".target")].map((line) => ({ line, name: plain(line.dataset.name) }));
  const none = form.querySelector("#adding-none");

  function filter() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const isShown = ({ line, name }) => line.querySelector(":checked") || words.every((word) => name.includes(word));
    for (const target of targets) target.line.hidden = !isShown(target);
    none.hidden = !targets.length || targets.some(({ line }) => !line.hidden);
  }

  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // the only one that is left is meant
    const left = targets.filter(({ line }) => !line.hidden);
    if (left.length === 1) left[0].line.querySelector("input").click();
  });
  if (matchMedia("(hover: hover)").matches) field.focus();
}
