// The dialog that adds to playlists: typing a few letters of a name finds the playlist.

const foldText = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export function start(form) {
  const field = form.querySelector("#adding-filter");
  if (!field) return;
  const targets = [...form.querySelectorAll(".target")].map((line) => ({ line, name: foldText(line.dataset.name) }));
  const noneFound = form.querySelector("#adding-none");

  function filterTargets() {
    const words = foldText(field.value).split(/\s+/).filter(Boolean);
    const isShown = ({ line, name }) => line.querySelector(":checked") || words.every((word) => name.includes(word));
    for (const target of targets) target.line.hidden = !isShown(target);
    noneFound.hidden = !targets.length || targets.some(({ line }) => !line.hidden);
  }

  field.addEventListener("input", filterTargets);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // Enter chooses the only one that is left
    const remaining = targets.filter(({ line }) => !line.hidden);
    if (remaining.length === 1) remaining[0].line.querySelector("input").click();
  });
  if (matchMedia("(hover: hover)").matches) field.focus();
}
