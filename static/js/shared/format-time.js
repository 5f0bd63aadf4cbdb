// Whole seconds as 1:02:03 or 2:03.
export function formatSeconds(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const pad = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

export const formatMs = (ms) => formatSeconds(Math.floor(ms / 1000));
