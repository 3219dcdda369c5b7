// Sentences are dragged by their handles within and between sections, entries within their list. Where the row would
// land a line is shown; it moves when the server has said so.

const EDGE = 80;
const SPEED = 14;

const rowsOf = (list) => [...list.querySelectorAll(":scope > .sentence:not(.lead)")];

/** Move a sentence to a place (from 1) of a section, or to its end. */
export function toSection(row, passage, place) {
  const values = { section: passage.dataset.section };
  if (place !== null) values.place = place;
  window.htmx.ajax("POST", row.dataset.move, { source: row, target: row, swap: "none", values });
}

function byPlaces(row, places) {
  const values = { places };
  window.htmx.ajax("POST", row.dataset.shift, { source: row, target: row, swap: "none", values });
}

// Where a row would go: the list or empty section, and the row that it would stand before (null: at the end).
function target(row, y) {
  if (row.dataset.shift) return inList(row.parentElement, y, row);
  const passages = [...document.querySelectorAll("#summary-sections .passage")];
  const under = passages.find((passage) => y < passage.getBoundingClientRect().bottom) ?? passages.at(-1);
  const list = under.querySelector("ol.sentences");
  return list ? { passage: under, ...inList(list, y, row) } : { passage: under, list: null, before: null };
}

function inList(list, y, row) {
  const rows = rowsOf(list).filter((one) => one !== row);
  const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
  return { list, before: rows.find((one) => y < middle(one)) ?? null };
}

function showLine(line, row, { list, before, passage }) {
  for (const marked of document.querySelectorAll(".passage.landing")) marked.classList.remove("landing");
  if (!list) {
    line.remove();
    passage.classList.add("landing");
  } else if (before) before.before(line);
  else list.append(line);
}

function land(row, { list, before, passage }) {
  const others = list ? rowsOf(list).filter((one) => one !== row) : [];
  const place = before ? others.indexOf(before) + 1 : others.length + 1;
  const own = list === row.parentElement ? rowsOf(list).indexOf(row) + 1 : 0;
  if (place === own) return;
  if (row.dataset.shift) byPlaces(row, place - own);
  else toSection(row, passage, place);
}

function drag(row, grip, pointer) {
  const following = new AbortController();
  const { signal } = following;
  const line = document.createElement("li");
  line.className = "landing-line";
  line.setAttribute("aria-hidden", "true");
  let y = null;
  let there = null;

  const follow = () => {
    if (signal.aborted) return;
    if (y !== null) {
      if (y < EDGE) window.scrollBy(0, -SPEED);
      else if (y > window.innerHeight - EDGE) window.scrollBy(0, SPEED);
      there = target(row, y);
      showLine(line, row, there);
    }
    requestAnimationFrame(follow);
  };
  const stop = (keep) => {
    following.abort();
    row.classList.remove("dragged");
    line.remove();
    for (const marked of document.querySelectorAll(".passage.landing")) marked.classList.remove("landing");
    if (keep && there) land(row, there);
  };

  row.classList.add("dragged");
  grip.setPointerCapture(pointer);
  grip.addEventListener("pointermove", (event) => {
    y = event.clientY;
  }, { signal });
  grip.addEventListener("pointerup", (event) => {
    if (y !== null) there = target(row, event.clientY);
    stop(true);
  }, { signal });
  grip.addEventListener("pointercancel", () => stop(false), { signal });
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    stop(false);
  }, { signal, capture: true });
  requestAnimationFrame(follow);
}

export function dragRows(root) {
  root.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    drag(grip.closest(".sentence"), grip, event.pointerId);
  });
  // Without a script there is nothing to take hold of.
  root.classList.add("draggable");
}
