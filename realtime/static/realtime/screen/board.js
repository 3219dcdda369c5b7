// The suggestions with the most support, each with a bar; the newest, without bars, while counts are hidden.

// Milliseconds; as long as the bars take.
const MOVE = 500;

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Those that stand for themselves or for their group. Ties by number, so that nothing changes places without a vote.
export function leading(suggestions, counted) {
  const alone = suggestions.filter((one) => one.merged_into === null);
  if (!counted) return alone.sort((a, b) => b.at.localeCompare(a.at) || b.number - a.number);
  return alone.sort((a, b) => b.tally[0] - a.tally[0] || a.number - b.number);
}

export class Board {
  constructor(root) {
    this.box = root.querySelector("#rows");
    this.empty = root.querySelector("#empty");
    this.template = root.querySelector("#row").content.querySelector("li");
    this.rows = new Map();
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
  }

  // At most as many rows as are shown are ever kept.
  draw(shown, counted) {
    const before = new Map([...this.rows.values()].map((row) => [row, row.offsetTop]));
    if (!this.rows.size) this.box.replaceChildren();
    const kept = new Set(shown.map((one) => one.id));
    for (const [id, row] of this.rows) {
      if (kept.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    const most = Math.max(1, ...shown.map((one) => one.tally?.[0] ?? 0));
    shown.forEach((one, index) => {
      const row = this.row(one.id);
      if (this.box.children[index] !== row) this.box.insertBefore(row, this.box.children[index] ?? null);
      this.fill(row, one, counted ? one.tally[0] / most : 0);
    });
    this.empty.hidden = shown.length > 0;
    for (const [row, top] of before) this.glide(row, top);
  }

  // From where it stood to where it stands, so that eyes can follow who has overtaken whom.
  glide(row, top) {
    const way = top - row.offsetTop;
    if (!way || !row.isConnected || this.still.matches) return;
    row.animate([{ transform: `translateY(${way}px)` }, { transform: "none" }], { duration: MOVE, easing: "ease-out" });
  }

  row(id) {
    if (!this.rows.has(id)) {
      const row = this.template.cloneNode(true);
      row.dataset.id = id;
      this.rows.set(id, row);
    }
    return this.rows.get(id);
  }

  fill(row, one, share) {
    setText(row.querySelector(".screen-row-number"), String(one.number));
    setText(row.querySelector(".screen-row-text bdi"), one.text);
    setText(row.querySelector(".screen-row-count"), one.tally ? String(one.tally[0]) : "");
    row.querySelector(".screen-row-share").style.transform = `scaleX(${share})`;
  }
}
