// What is typed into a form and not saved.

const tidy = (text) => text.replace(/\s+/g, " ").trim();

function changed(field) {
  if (field.type === "hidden") return false;
  if (field instanceof HTMLSelectElement) return [...field.options].some((o) => o.selected !== o.defaultSelected);
  // Blanks at the ends are not kept, and so are nothing that could be lost.
  return "defaultValue" in field && tidy(field.value) !== tidy(field.defaultValue);
}

/** Whether the form says something else than what the server has given it. */
export function isTyped(form) {
  return [...form.elements].some(changed);
}

const WRITES = "textarea, input:not([type=hidden], [type=submit])";

/** Whether somebody has typed in the form, or is about to: what is drawn anew leaves it alone. */
export function isInUse(form) {
  return isTyped(form) || (form.contains(document.activeElement) && document.activeElement.matches(WRITES));
}

/** Asks before a page with unsaved words is left. */
export function guard(root) {
  window.addEventListener("beforeunload", (event) => {
    if ([...root.querySelectorAll("form[id]")].some(isTyped)) event.preventDefault();
  });
}
