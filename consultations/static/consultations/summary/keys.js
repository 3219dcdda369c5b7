// Alt with ↑ or ↓ moves the sentence or entry that has the focus, by its own buttons; with Shift to the next section.
import { toSection } from "./drag.js";

function sectionBeside(row, step) {
  const passages = [...document.querySelectorAll("#summary-sections .passage")];
  return passages[passages.indexOf(row.closest(".passage")) + (step === "down" ? 1 : -1)];
}

export function listenToKeys(root) {
  root.addEventListener("keydown", (event) => {
    const step = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!step || !event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const row = event.target.closest("ol.sentences > .sentence:not(.lead)");
    if (!row) return;
    event.preventDefault();
    const button = row.querySelector(`[data-step=${step}]`);
    if (event.shiftKey) {
      const passage = row.matches("[data-move]") ? sectionBeside(row, step) : null;
      if (passage) toSection(row, passage, step === "down" ? 1 : null);
      return;
    }
    button.focus();
    if (button.getAttribute("aria-disabled") !== "true") button.click();
  });
}
