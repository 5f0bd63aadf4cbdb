// Shows a message of the page's own: "network", "server", or "words" with a text. Keeps no state, so that a page
// module of a newer version may bring its own copy.
export function showToast(kind, text = "") {
  const template = document.querySelector(`template[data-toast="${kind}"]`);
  if (!template) return;
  const toast = template.content.cloneNode(true);
  const place = toast.querySelector("[data-words]");
  if (place) place.textContent = text;
  document.getElementById("toasts").append(toast);
}
