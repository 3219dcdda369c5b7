// Several suggestions at once: what is marked survives every redraw of the queue, with the edition that was marked.
// What has left the shelf meanwhile stays marked, too: the answer says who has dealt with it.

const marked = new Map();
let shelf;
let anchor = null;

const bar = () => document.getElementById("desk-several");
const boxes = () => [...document.querySelectorAll("#desk-queue [data-mark]")];

/** How many suggestions are marked. */
export function marks() {
  return marked.size;
}

function set(box, on) {
  if (on) marked.set(box.dataset.mark, marked.get(box.dataset.mark) ?? box.value);
  else marked.delete(box.dataset.mark);
}

function show() {
  const { shelf: shown } = document.getElementById("desk-queue").dataset;
  if (shown !== shelf) marked.clear();
  shelf = shown;
  const gone = new Map(marked);
  for (const box of boxes()) {
    const value = marked.get(box.dataset.mark);
    box.checked = value !== undefined;
    if (value === undefined) continue;
    box.value = value;
    gone.delete(box.dataset.mark);
  }
  const more = [...gone.values()].map((value) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "pick", value });
    return field;
  });
  document.getElementById("desk-marked-more").replaceChildren(...more);
  const count = bar().querySelector("[data-marked]");
  const text = marked.size ? count.dataset.marked.replace("{n}", marked.size) : "";
  if (count.textContent !== text) count.textContent = text;
  bar().classList.toggle("active", marked.size > 0);
  document.getElementById("desk-unmark").hidden = false;
}

/** Mark none. Says whether any was. */
export function unmark() {
  const any = marked.size > 0;
  const within = bar().contains(document.activeElement);
  marked.clear();
  anchor = null;
  show();
  // The bar is gone with what was focused in it.
  if (within) (document.querySelector("#desk-queue .desk-row a") ?? document.getElementById("desk-item-title"))?.focus();
  return any;
}

function here() {
  const all = boxes();
  const row = document.activeElement?.closest?.("#desk-queue .desk-row");
  const { item } = document.getElementById("desk-item").dataset;
  const index = all.findIndex((box) => (row ? row.contains(box) : box.dataset.mark === item));
  return { all, index: Math.max(0, index) };
}

function move(box) {
  box.focus({ preventScroll: true });
  box.closest(".desk-row").scrollIntoView({ block: "nearest" });
  anchor = box.dataset.mark;
  show();
}

/** Mark or unmark the row where the focus is, or else the opened one; with `all`, everything since the last one. */
export function mark(all = false) {
  const { all: rows, index } = here();
  if (!rows.length) return false;
  const from = all ? rows.findIndex((box) => box.dataset.mark === anchor) : -1;
  if (from < 0) set(rows[index], !marked.has(rows[index].dataset.mark));
  else for (const box of rows.slice(Math.min(from, index), Math.max(from, index) + 1)) set(box, true);
  move(rows[index]);
  return true;
}

/** Mark the row and go on to the next one, or with -1 to the one before, which is marked too. */
export function extend(by) {
  const { all: rows, index } = here();
  if (!rows.length) return false;
  const next = rows[Math.min(Math.max(index + by, 0), rows.length - 1)];
  set(rows[index], true);
  set(next, true);
  move(next);
  return true;
}

export function listenToMarks(root) {
  root.addEventListener("change", (event) => {
    if (!event.target.matches("[data-mark]")) return;
    set(event.target, event.target.checked);
    anchor = event.target.dataset.mark;
    show();
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("#desk-unmark")) unmark();
  });
  document.addEventListener("desk:drawn", (event) => {
    if (["desk-queue", "desk-several"].includes(event.detail)) show();
  });
  // What became of each is told in the line, and none is marked any more; while a merge is only looked at, all are.
  root.addEventListener("htmx:afterRequest", ({ detail }) => {
    // The form may have left the page with its region, and the event then comes from what is around it.
    const { elt: form, formData } = detail.requestConfig;
    const { status } = detail.xhr;
    const told = form.matches("#desk-several") ? [200, 409].includes(status) : status === 200;
    if (told && form.matches("#desk-several, .desk-preview") && !formData.has("merge")) unmark();
  });
  show();
}
