// What a script sends on behalf of the bar, whose answer is the bar anew. Keeps no state.
export function sendToBar(url, values) {
  return htmx.ajax("POST", url, {
    source: document.getElementById("bar-form"), target: "#bar", swap: "outerMorph", values,
  });
}
