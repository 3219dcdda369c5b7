// Alt+↑ and Alt+↓ move the sentence that has the focus, by its own buttons.

export function listenToKeys(root) {
  root.addEventListener("keydown", (event) => {
    const step = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!step || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const sentence = event.target.closest("ol.sentences > .sentence");
    if (!sentence) return;
    event.preventDefault();
    const button = document.getElementById(`${step}-${sentence.id.slice("statement-".length)}`);
    // Where the sentence is drawn anew, htmx gives the focus back to what has the same id.
    button.focus();
    if (button.getAttribute("aria-disabled") !== "true") button.click();
  });
}
