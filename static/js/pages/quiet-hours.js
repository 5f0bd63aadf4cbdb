// A new entry begins with the time zone of this browser; without a script it is that of the household.
export function start(form) {
  const field = form.querySelector("[name=time_zone]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !form.querySelector(".is-error")) field.value = zone;
}
