// Shows the chosen picture as the cover it will become: turned as it was held, the square in its middle. What
// is too large is said before it travels.

export function start(form) {
  const field = form.querySelector("input[type=file]");
  const canvas = form.querySelector("[data-preview]");
  const old = form.querySelector("[data-old]");
  const trouble = form.querySelector("[data-trouble]");

  const say = (words) => {
    trouble.textContent = words;
    field.closest(".input").classList.toggle("is-error", Boolean(words));
  };

  function draw(picture) {
    const side = Math.min(picture.width, picture.height);
    const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
    const context = canvas.getContext("2d");
    context.fillStyle = "white"; // as the server does with what is see-through
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  }

  let latest = null;

  async function show() {
    const file = field.files[0];
    latest = file;
    say("");
    if (!file) {
      canvas.hidden = true;
      old.hidden = false;
      return;
    }
    const isTooLarge = file.size > Number(form.dataset.mostBytes);
    if (isTooLarge) say(form.dataset.wordsTooLarge);
    try {
      const picture = await createImageBitmap(file);
      if (latest !== file) return picture.close();
      draw(picture);
      picture.close();
    } catch {
      if (latest === file && !isTooLarge) say(trouble.dataset.trouble);
      canvas.hidden = true;
      old.hidden = false;
      return;
    }
    canvas.hidden = false;
    old.hidden = true;
  }

  field.addEventListener("change", show);
  if (field.files.length) show(); // chosen before this script had arrived
}
