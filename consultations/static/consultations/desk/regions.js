// Regions of the page are replaced whole, by id. What somebody is at must survive that: focus, folds, typed text.

const FOCUSABLE = "a[href], button, input, textarea, select, summary, [tabindex]";
const shown = new Map();

// What differs in every answer though it says the same: tokens are masked anew, and clocks run by themselves.
function essence(element) {
  return element.outerHTML
    .replace(/ name="csrfmiddlewaretoken" value="[^"]*"/g, "")
    .replace(/ data-remaining="[^"]*"/g, "");
}

function changed(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

/** Whether somebody is typing in the region, has typed what is not sent yet, or holds a part of it. */
export function inUse(region) {
  if ("held" in region.dataset) return true;
  // Marks in the queue are kept elsewhere: see marks.js.
  const fields = region.querySelectorAll("textarea, input:not([type=hidden], [data-mark])");
  return [...fields].some((field) => changed(field) || field === document.activeElement);
}

function sameControl(region, control) {
  if (control.id) return region.querySelector(`#${CSS.escape(control.id)}`);
  const text = control.textContent.trim();
  return [...region.querySelectorAll(FOCUSABLE)].find(
    (other) => other.tagName === control.tagName && other.textContent.trim() === text,
  );
}

function nth(region, place) {
  const all = region.querySelectorAll(FOCUSABLE);
  return all[Math.min(Math.max(place, 0), all.length - 1)];
}

/** Put `fresh` in the place of the region with its id, unless it says the same or the region is in use. */
export function replaceRegion(fresh, { evenInUse = false } = {}) {
  const old = document.getElementById(fresh.id);
  if (!old) return;
  fresh.removeAttribute("hx-swap-oob");
  const says = essence(fresh);
  if (shown.get(fresh.id) === says || (!evenInUse && inUse(old))) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const place = [...old.querySelectorAll(FOCUSABLE)].indexOf(focused);
  for (const fold of old.querySelectorAll("details[id][open]")) {
    const same = fresh.querySelector(`#${CSS.escape(fold.id)}`);
    if (same) same.open = true;
  }
  old.replaceWith(fresh);
  shown.set(fresh.id, says);
  window.htmx.process(fresh);
  document.dispatchEvent(new CustomEvent("desk:drawn", { detail: fresh.id }));
  // Where what was focused is gone, what has come in its place has the focus.
  if (focused) (sameControl(fresh, focused) ?? nth(fresh, place))?.focus({ preventScroll: true });
}

/** Replace every region that the answer carries. */
export function replaceRegions(html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  for (const fresh of [...answer.content.children]) replaceRegion(fresh);
}

/** htmx has drawn the region itself: what was known of it no longer holds. */
export function forgetRegion(id) {
  shown.delete(id);
}

/** Text that the page keeps ready for a case, said in the line at the top. */
export function say(templateId) {
  const text = document.getElementById(templateId);
  document.getElementById("desk-line").replaceChildren(text.content.cloneNode(true));
}
