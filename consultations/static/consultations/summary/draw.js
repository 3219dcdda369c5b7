// Parts of the page become what the server says they are now, by changing what differs: elements stay the same ones,
// so the focus, what is folded open and what is being typed survive. A form with unsaved words is left as it is; the
// edition that was seen stays with them, so that saving notices what somebody else has changed meanwhile.
import { isInUse } from "./typed.js";

const alike = (old, fresh) => old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName;

// What is the same thing before and after: htmx has noted where a form leads, so a form never becomes another one.
const key = (node) => node.id || (node instanceof HTMLFormElement && node.getAttribute("action")) || "";

function isKept(element) {
  return element.matches("form[id]") && isInUse(element);
}

function holdsWords(node) {
  return node.nodeType === Node.ELEMENT_NODE && [node, ...node.querySelectorAll("form[id]")].some(isKept);
}

// A fold is its reader's, unless a refusal stands in it.
const isReaders = (name, fresh) => name === "open" && !fresh.querySelector("[role=alert]");

function attributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !isReaders(name, fresh)) old.setAttribute(name, value);
  }
  for (const name of old.getAttributeNames()) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
}

function settle(field) {
  if (field instanceof HTMLOptionElement) field.selected = field.defaultSelected;
  else if ("defaultValue" in field && field.value !== field.defaultValue) field.value = field.defaultValue;
}

// A sentence that is in another section now is still the same one.
function elsewhere(child, old) {
  const found = child.id ? document.getElementById(child.id) : null;
  return found && !found.contains(old) ? found : null;
}

function children(old, fresh, own) {
  const known = new Map([...old.children].map((child) => [key(child), child]));
  known.delete("");
  let next = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    let same = null;
    if (key(child)) same = known.get(key(child)) ?? elsewhere(child, old);
    else if (next && !key(next) && alike(next, child)) same = next;
    if (same && alike(same, child)) {
      if (same === next) next = next.nextSibling;
      else old.insertBefore(same, next);
      become(same, child, own);
    } else {
      old.insertBefore(child, next);
      if (child.nodeType === Node.ELEMENT_NODE) window.htmx.process(child);
    }
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    if (!holdsWords(gone)) gone.remove();
  }
}

// Whoever has just saved something here has seen what it says now: that is theirs, not somebody else's.
function catchUp(form, fresh) {
  if (!form.elements.edition || !fresh.elements.edition) return;
  form.elements.edition.value = fresh.elements.edition.value;
  for (const field of form.elements) {
    const other = field.name && field.type !== "hidden" ? fresh.elements[field.name] : null;
    if (other && "defaultValue" in field && field.defaultValue !== other.defaultValue) {
      const { value } = field;
      field.defaultValue = other.defaultValue;
      field.value = value;
    }
  }
}

function become(old, fresh, own) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if ("kept" in old.dataset) return;
  if (isKept(old)) {
    if (own !== null && own === old.closest("[data-unit]")?.id) catchUp(old, fresh);
    return;
  }
  attributes(old, fresh);
  children(old, fresh, own);
  settle(old);
}

function refocus(active, unit) {
  if (active === document.body || (active.isConnected && active.checkVisibility())) {
    if (document.activeElement !== active && active !== document.body) active.focus({ preventScroll: true });
    return;
  }
  // What had the focus is gone: what has come in its place, the way back, or else the place where it was.
  const same = active.id ? document.getElementById(active.id) : null;
  const place = same ?? document.getElementById("summary-undo") ?? document.getElementById(unit);
  place?.focus({ preventScroll: true });
}

/** Draw every part that the answer has. `saved`: the form or row whose own change this answers. */
export function draw(html, { saved = null } = {}) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  const active = document.activeElement;
  const unit = active.closest("[data-unit], .passage")?.id;
  const own = saved?.elements?.edition ? (saved.closest("[data-unit]")?.id ?? null) : null;
  for (const fresh of [...answer.content.children]) {
    fresh.removeAttribute("hx-swap-oob");
    const old = document.getElementById(fresh.id);
    if (old) become(old, fresh, own);
  }
  refocus(active, unit);
  document.dispatchEvent(new CustomEvent("summary:drawn"));
}

/** Give a form back what the server has given it, and fold it in. */
export function giveUp(form) {
  for (const field of form.elements) {
    if (field instanceof HTMLSelectElement) [...field.options].forEach(settle);
    else if (field.type !== "hidden") settle(field);
  }
  if (form.contains(document.activeElement)) document.activeElement.blur();
  const fold = form.closest("details");
  if (fold && form.matches("[data-closes]")) fold.open = false;
}
