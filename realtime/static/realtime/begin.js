// What the server has drawn is where the script begins: the rows hold the suggestions, a small JSON block the rest.

const COLUMNS = ["support", "neutral", "oppose"];

const numberOrNull = (word) => (word ? Number(word) : null);

function tallyOf(row) {
  const counts = COLUMNS.map((choice) => row.querySelector(`[data-choice="${choice}"] .stand-count`)?.textContent);
  return counts[0] === "" ? null : counts.map((count) => Number(count ?? 0));
}

// `kind`: a row of the list is a "suggestion", what was merged into it a "part".
function suggestionOf(row, kind) {
  const text = (name) => row.querySelector(`.${kind}-${name}`).textContent;
  const { id, at, theme, featured, into } = row.dataset;
  return {
    id: Number(id),
    number: Number(text("number")),
    text: text("text"),
    author: text("author"),
    sector: text("sector"),
    theme: numberOrNull(theme),
    status: into ? "merged" : "published",
    merged_into: numberOrNull(into),
    featured: featured !== undefined,
    edited: row.querySelector(`.${kind}-edited`) !== null,
    at,
    tally: kind === "part" ? null : tallyOf(row),
  };
}

// Milliseconds of the page's own clock at which the server's answer came.
function answeredAt() {
  const [navigation] = performance.getEntriesByType?.("navigation") ?? [];
  return navigation?.responseStart ?? 0;
}

// As a full welcome, with `came`: when the remaining times in it were true.
export function beginning(root) {
  const all = (kind) => [...root.querySelectorAll(`#list .${kind}`)].map((row) => suggestionOf(row, kind));
  const rest = JSON.parse(document.getElementById("beginning").textContent);
  return { ...rest, full: true, suggestions: [...all("suggestion"), ...all("part")], came: answeredAt() };
}
