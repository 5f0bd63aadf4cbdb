// What these scripts use of the frame, which alone keeps the player's state: load-extras.js gives it.
export const frame = {};
document.dispatchEvent(new CustomEvent("frame:parts", { detail: frame }));
