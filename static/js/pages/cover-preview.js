// Shows the chosen picture as the cover it will become: turned as it was held, the square in its middle. A file
// that is too large is refused before it is sent.

export function start(form) {
  const field = form.querySelector("input[type=file]");
  const canvas = form.querySelector("[data-preview]");
  const currentCover = form.querySelector("[data-old]");
  const message = form.querySelector("[data-trouble]");

  const showMessage = (text) => {
    message.textContent = text;
    field.closest(".input").classList.toggle("is-error", Boolean(text));
  };

  function drawPreview(picture) {
    const side = Math.min(picture.width, picture.height);
    const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
    const context = canvas.getContext("2d");
    context.fillStyle = "white"; // as the server does with what is see-through
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  }

  let latest = null;

  async function showPreview() {
    const file = field.files[0];
    latest = file;
    showMessage("");
    if (!file) {
      canvas.hidden = true;
      currentCover.hidden = false;
      return;
    }
    const isTooLarge = file.size > Number(form.dataset.mostBytes);
    if (isTooLarge) showMessage(form.dataset.wordsTooLarge);
    try {
      const picture = await createImageBitmap(file);
      if (latest !== file) return picture.close();
      drawPreview(picture);
      picture.close();
    } catch {
      if (latest === file && !isTooLarge) showMessage(message.dataset.trouble);
      canvas.hidden = true;
      currentCover.hidden = false;
      return;
    }
    canvas.hidden = false;
    currentCover.hidden = true;
  }

  field.addEventListener("change", showPreview);
  if (field.files.length) showPreview(); // chosen before this script had arrived
}
