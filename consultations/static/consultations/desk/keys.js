// Every action by one key; never while somebody types or composes. While suggestions are marked, the keys of actions are
// about all of them.
import { extend, mark, marks, unmark } from "./marks.js";

function isTyping(event) {
  const { target } = event;
  return (
    event.isComposing ||
    event.keyCode === 229 ||
    target.isContentEditable ||
    (target.matches?.("input, textarea, select") && !target.matches("[type=checkbox], [type=radio]"))
  );
}

// With a Chinese input method switched on, some browsers say “Process” even where nothing is being typed.
function keyOf(event) {
  if (event.key !== "Process") return event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.code.replace(/^(Key|Digit)/, "").toLowerCase();
}

function previewing() {
  return document.querySelector("#desk-item[data-preview]") !== null;
}

// Where the keys of actions lead now, and how its controls name them.
function scope() {
  return marks() && !previewing()
    ? { place: "#desk-several", name: "data-many" }
    : { place: "#desk-item", name: "data" };
}

function panels(more = "") {
  const { place, name } = scope();
  return document.querySelectorAll(`${place} details[${name}-panel]${more}`);
}

function openPanel() {
  return panels("[open]")[0];
}

function foldOthers(panel) {
  for (const other of panel.parentElement.querySelectorAll("details[open]")) {
    if (other !== panel) other.open = false;
  }
}

function unfold(key) {
  const { name } = scope();
  const panel = [...panels()].find((one) => one.getAttribute(`${name}-panel`) === key);
  if (!panel) return false;
  panel.open = !panel.open;
  foldOthers(panel);
  const field = panel.open && panel.querySelector("[data-focus]");
  (field || panel.querySelector("summary")).focus();
  panel.scrollIntoView({ block: "nearest" });
  return true;
}

function pick(key) {
  const panel = openPanel();
  if (!panel) return false;
  const choice = panel.querySelector(`[data-pick="${CSS.escape(key)}"]`);
  const field = panel.querySelector(`[data-pick-focus="${CSS.escape(key)}"]`);
  choice?.click();
  field?.focus();
  return Boolean(choice || field);
}

function step(by) {
  const rows = [...document.querySelectorAll("#desk-queue .desk-row")];
  const opened = document.getElementById("desk-item").dataset.item;
  const here = rows.findIndex((row) => row.querySelector("a").id === `row-${opened}`);
  const next = here < 0 ? rows.find((row) => !row.classList.contains("taken")) : rows[here + by];
  if (!next) return false;
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a").click();
  return true;
}

function press(key) {
  const { place, name } = key === "z" ? { place: "#desk-line", name: "data" } : scope();
  const control = document.querySelector(`${place} [${name}-key="${CSS.escape(key)}"]`);
  if (!control || control.disabled) return false;
  control.click();
  return true;
}

function leave(target) {
  const panel = openPanel();
  if (target.matches("input:not([type=checkbox]), textarea, select")) target.blur();
  else if (previewing()) return press("Escape");
  else if (panel) {
    panel.open = false;
    panel.querySelector("summary").focus();
  } else return unmark();
  return true;
}

export function listenToKeys(root) {
  const sheet = document.getElementById("desk-sheet");
  const help = document.getElementById("desk-help");
  const search = document.getElementById("desk-q");
  help.hidden = false;
  help.addEventListener("click", () => sheet.showModal());

  function handle(key, shift) {
    switch (shift ? `Shift ${key}` : key) {
      case "Shift x":
        return mark(true);
      case "Shift j":
        return extend(1);
      case "Shift k":
        return extend(-1);
      case "Shift ?":
      case "?":
        sheet.showModal();
        return true;
      case "/":
        root.dataset.view = "queue";
        search.focus();
        search.select();
        return true;
      case "ArrowDown":
        return step(1);
      case "ArrowUp":
        return step(-1);
      default:
    }
    if (pick(key) || unfold(key)) return true;
    if (key === "j") return step(1);
    if (key === "k") return step(-1);
    if (key === "x") return mark();
    return key.length === 1 && press(key);
  }

  document.addEventListener("keydown", (event) => {
    if (sheet.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !event.isComposing) {
      if (leave(event.target)) event.preventDefault();
      return;
    }
    if (event.key === "Enter" && event.target.matches("[data-mark]")) {
      event.preventDefault();
      event.target.closest(".desk-row").querySelector("a").click();
      return;
    }
    if (isTyping(event) || event.repeat) return;
    if (handle(keyOf(event), event.shiftKey)) event.preventDefault();
  });

  root.addEventListener(
    "toggle",
    (event) => {
      if (event.target.matches(".desk-actions > details") && event.target.open) foldOthers(event.target);
    },
    true,
  );

  // Search while typing, but not while composing: the letters of a half-written pinyin find nothing.
  let pause;
  const find = (event) => {
    clearTimeout(pause);
    if (!event.isComposing) pause = setTimeout(() => search.form.requestSubmit(), 300);
  };
  search.addEventListener("input", find);
  search.addEventListener("compositionend", find);
}

