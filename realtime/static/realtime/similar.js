// While somebody writes: what stands in the list already and says much the same. A hint, never in the way of sending.

import { measure } from "./measure.js";

const PAUSE = 500;
const LEAST = 6;

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Similar {
  // `writing` owns the box; `list` knows why a vote was refused; `onChange()` draws the page after a wish.
  constructor({ root, model, outbox, writing, list, strings, csrf, onChange }) {
    Object.assign(this, { model, outbox, writing, list, strings, csrf, onChange });
    this.place = root.querySelector("#similar");
    this.rows = this.place.querySelector("ol");
    this.after = this.place.querySelector(".similar-after");
    this.discard = this.after.querySelector("button");
    this.said = root.querySelector("#similar-said");
    this.template = root.querySelector("#similar-row").content.firstElementChild;
    this.hints = [];
    this.asked = "";
    this.chosen = null;
    this.dropped = null;
    this.timer = null;
    this.question = null;
    const { box } = writing;
    box.addEventListener("input", (event) => this.typed(event.isComposing));
    box.addEventListener("compositionend", () => this.typed(false));
    this.rows.addEventListener("click", (event) => this.clicked(event.target.closest(".similar-vote")));
    this.discard.addEventListener("click", () => this.discarded());
    this.typed(false);
  }

  // Half-written pinyin is not what anybody means.
  typed(composing) {
    clearTimeout(this.timer);
    this.dropped = null;
    if (!composing) this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  get text() {
    return this.writing.box.value.trim();
  }

  async ask() {
    const { text } = this;
    if (text === this.asked) return;
    this.question?.abort();
    this.question = null;
    if (measure(text) < LEAST || !this.model.phase.posting || this.writing.form.hidden) {
      this.show([], "");
      return;
    }
    const question = new AbortController();
    this.question = question;
    const found = await this.fetch(text, question.signal);
    if (question !== this.question) return;
    this.question = null;
    // Without an answer what was shown stays: it was true of nearly the same text.
    if (found !== null) this.show(found, text);
  }

  // The hints, or null where there is no answer: no network, asked too often, posting has just ended.
  async fetch(text, signal) {
    try {
      const answer = await fetch(this.place.dataset.url, {
        method: "POST",
        credentials: "same-origin",
        cache: "no-store",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf },
        body: JSON.stringify({ text }),
        signal,
      });
      return answer.ok ? (await answer.json()).similar : null;
    } catch (error) {
      if (!(error instanceof TypeError) && error.name !== "AbortError") throw error;
      return null;
    }
  }

  show(hints, asked) {
    const news = hints.some(({ id }) => !this.hints.some((known) => known.id === id));
    this.asked = asked;
    this.hints = hints;
    this.rows.replaceChildren(...hints.map((hint) => this.row(hint)));
    if (!hints.some(({ id }) => id === this.chosen)) this.chosen = null;
    this.refresh();
    if (news) setText(this.said, this.strings.similar_said.replace("{n}", hints.length));
    else if (!hints.length) setText(this.said, "");
  }

  row(hint) {
    const row = this.template.cloneNode(true);
    row.dataset.id = hint.id;
    const number = row.querySelector(".number");
    number.textContent = hint.number;
    number.href = `#s${hint.id}`;
    number.id = `similar-${hint.id}`;
    for (const name of ["author", "sector", "text"]) row.querySelector(`.similar-${name}`).textContent = hint[name];
    row.querySelector(".similar-vote").setAttribute("aria-describedby", number.id);
    return row;
  }

  clicked(button) {
    if (!button || button.disabled || button.getAttribute("aria-disabled") === "true") return;
    const suggestion = Number(button.closest("li").dataset.id);
    this.chosen = suggestion;
    this.list.complain(suggestion, "");
    this.outbox.put({ type: "vote", suggestion, choice: "support" });
    this.onChange();
  }

  // Once emptied, the same button brings it back, until something else is written.
  discarded() {
    if (this.dropped === null) this.dropped = this.writing.empty();
    else {
      this.writing.fill(this.dropped);
      this.dropped = null;
    }
    this.refresh();
  }

  refresh() {
    const { model } = this;
    if (!this.text && this.dropped === null) this.hints = [];
    const shown = this.hints.filter(({ id }) => model.suggestions.has(id) && !model.wrote(id));
    this.place.hidden = !shown.length || !model.phase.posting || this.writing.form.hidden;
    for (const row of this.rows.children) {
      const hint = shown.find(({ id }) => id === Number(row.dataset.id));
      row.hidden = !hint;
      if (hint) this.draw(row, hint);
    }
    const chosen = this.chosen !== null && model.votes[this.chosen] === "support";
    this.after.hidden = !chosen;
    setText(this.discard, this.strings[this.dropped === null ? "similar_discard" : "similar_restore"]);
  }

  draw(row, { id, support }) {
    const { model, outbox, strings, list } = this;
    const tally = model.suggestions.get(id).tally;
    const count = tally ? tally[0] : support;
    setText(row.querySelector(".similar-support"), count === null ? "" : strings.similar_support.replace("{n}", count));
    const button = row.querySelector(".similar-vote");
    const pending = outbox.pending("vote", id);
    const stands = (pending ? pending.frame.choice : model.votes[id]) === "support";
    setText(button, stands ? strings.supported : strings.similar_vote);
    button.classList.toggle("pending", pending !== null);
    // Not disabled once it stands: whoever pressed it with a key would lose their place.
    button.setAttribute("aria-disabled", String(stands));
    button.disabled = !model.phase.voting;
    const line = row.querySelector(".similar-line");
    const message = list.errors.get(id) ?? (pending?.late ? strings.retry : "");
    line.hidden = !message;
    line.classList.toggle("error", list.errors.has(id));
    setText(line, message);
  }
}
