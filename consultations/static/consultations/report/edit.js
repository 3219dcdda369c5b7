// The editor of a report: figures are inserted where the cursor is, and what they print is shown as they are typed.
// Without it the same form saves the same words.

const words = document.getElementById("report-words");
const TOKEN = /[{｛]([^{}｛｝\n]{1,60})[}｝]/gu;

const printed = new Map(
  [...document.querySelectorAll("[data-figure]")].map((row) => [
    row.dataset.figure,
    {
      "": row.dataset.text,
      exact: row.dataset.exact,
      before: row.dataset.before,
      share: row.dataset.share,
    },
  ]),
);

function said(inside) {
  const [slug, how = ""] = inside.split(/[:：]/u, 2).map((part) => part.trim());
  return printed.get(slug)?.[how];
}

function chip(text, kind = "") {
  const mark = document.createElement("span");
  mark.className = `report-chip ${kind}`.trim();
  mark.textContent = text;
  return mark;
}

function pieces(text) {
  const found = [];
  let at = 0;
  for (const token of text.matchAll(TOKEN)) {
    found.push(text.slice(at, token.index));
    const figure = said(token[1]);
    found.push(figure === undefined ? chip(token[0], "unknown") : chip(figure));
    at = token.index + token[0].length;
  }
  found.push(text.slice(at));
  return found;
}

function preview(area) {
  const place = document.querySelector(`[data-prints="${area.id}"] [data-printed]`);
  place?.replaceChildren(...pieces(area.value));
}

let last = null;
let unsaved = false;

function touched() {
  unsaved = true;
  words.querySelector("[data-unsaved]").hidden = false;
}

words.addEventListener("focusin", (event) => {
  if (event.target instanceof HTMLTextAreaElement) {
    last = event.target;
  }
});
words.addEventListener("input", (event) => {
  touched();
  if (event.target instanceof HTMLTextAreaElement) {
    preview(event.target);
  }
});
words.addEventListener("submit", () => {
  unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) {
    event.preventDefault();
  }
});

for (const button of document.querySelectorAll("[data-insert]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const area = last ?? words.querySelector("textarea");
    area.focus();
    area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    preview(area);
    touched();
  });
}

// What was typed and refused is not what the server has drawn.
words.querySelectorAll("textarea").forEach(preview);
document.getElementById("report-errors")?.focus();
