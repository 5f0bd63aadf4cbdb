// The player page fills the screen: its button and Escape lead back to where it was opened.
export function start(deck) {
  const closer = deck.querySelector("#close-player");

  closer.addEventListener("click", (event) => {
    const { navigation } = window;
    // Only entries of this app are listed.
    const isOpenedHere = navigation?.entries().some(({ index }) => index === navigation.currentEntry.index - 1);
    if (!isOpenedHere) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    history.back();
  }, true);

  const isBusy = ({ target }) => target.closest("dialog, [popover], input:not([type=range]), textarea, select");
  document.addEventListener("keydown", function close(event) {
    if (!deck.isConnected) document.removeEventListener("keydown", close);
    else if (event.key === "Escape" && !event.defaultPrevented && !isBusy(event)) closer.click();
  });
}
