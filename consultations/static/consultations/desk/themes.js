// Themes are put in order by dragging their handles, or by Alt and the arrows; the server is told the whole order.
const PAUSE = 400;

const section = () => document.getElementById("desk-themes");
const rows = () => [...document.querySelectorAll("#desk-theme-list > li")];
const order = () => rows().map((row) => row.dataset.theme).join(" ");

// What is drawn anew meanwhile would take the moved row back.
const hold = () => section().toggleAttribute("data-held", true);
const release = () => section().removeAttribute("data-held");

function send() {
  release();
  const form = document.getElementById("desk-theme-order");
  form.elements.order.value = order();
  form.requestSubmit();
}

function offer() {
  for (const part of section().querySelectorAll(".desk-theme-grip, .desk-theme-how")) part.hidden = rows().length < 2;
}

// The others make way, and the dragged row stays where it is in the document: otherwise it would lose the pointer.
function makeWay(row, y) {
  const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
  while (row.nextElementSibling && y > middle(row.nextElementSibling)) row.before(row.nextElementSibling);
  while (row.previousElementSibling && y < middle(row.previousElementSibling)) row.after(row.previousElementSibling);
}

function drag(row, grip, pointer) {
  const before = order();
  const following = new AbortController();
  const { signal } = following;
  const stop = (keep) => {
    following.abort();
    row.classList.remove("dragged");
    release();
    if (!keep) for (const id of before.split(" ")) row.parentElement.append(rows().find((one) => one.dataset.theme === id));
    if (order() !== before) send();
  };
  hold();
  row.classList.add("dragged");
  grip.setPointerCapture(pointer);
  grip.addEventListener("pointermove", (event) => makeWay(row, event.clientY), { signal });
  grip.addEventListener("pointerup", () => stop(true), { signal });
  grip.addEventListener("pointercancel", () => stop(false), { signal });
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    stop(false);
  };
  window.addEventListener("keydown", escape, { signal, capture: true });
}

export function orderThemes(root) {
  let pause;

  root.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".desk-theme-grip");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    drag(grip.closest("li"), grip, event.pointerId);
  });

  root.addEventListener("keydown", (event) => {
    const row = event.target.closest("#desk-theme-list > li");
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const up = event.key === "ArrowUp";
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other || !document.getElementById("desk-theme-order")) return;
    // As above: the other one moves, and the focus stays.
    if (up) row.after(other);
    else row.before(other);
    hold();
    clearTimeout(pause);
    pause = setTimeout(send, PAUSE);
  });

  // The region is drawn anew by answers and by the pulse.
  new MutationObserver(offer).observe(root.querySelector(".desk-right"), { childList: true });
  offer();
}
