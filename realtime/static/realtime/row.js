// One suggestion in the list: what has changed in it is changed in place, and nothing else is touched.

const COLUMN = { support: 0, neutral: 1, oppose: 2 };

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Row {
  // `list` lends the model, the outbox, the sentences, the errors and the empty row that parts are taken from.
  constructor(element, list) {
    this.element = element;
    this.list = list;
  }

  // `one` is the suggestion; without it, it is no longer shown: the row says so and keeps its place.
  draw(one) {
    const { element } = this;
    element.classList.toggle("gone", !one);
    if (!one) {
      this.part("text").textContent = this.list.strings.gone;
      element.querySelector(".stand").hidden = true;
      return;
    }
    element.querySelector(".stand").hidden = false;
    element.id = `s${one.id}`;
    element.dataset.id = one.id;
    element.querySelector(".suggestion-head").id = `n${one.id}`;
    element.classList.toggle("mine", this.list.model.mine.has(one.id));
    for (const name of ["number", "author", "sector", "text"]) setText(this.part(name), String(one[name]));
    this.drawTheme(one);
    this.optional("edited", one.edited);
    const merged = this.optional("merged", one.merged_into !== null);
    if (merged) merged.href = `#s${one.merged_into}`;
    for (const button of element.querySelectorAll(".stand-button")) this.drawButton(button, one);
    this.drawLine(one.id);
  }

  part(name) {
    return this.element.querySelector(`.suggestion-${name}`);
  }

  // A part that most rows do without; null where it is not wanted and not there.
  optional(name, wanted) {
    let part = this.part(name);
    if (!part && wanted) {
      part = this.list.template.querySelector(`.suggestion-${name}`).cloneNode(true);
      const head = this.element.querySelector(".suggestion-head");
      head.insertBefore(part, name === "theme" ? null : this.part("theme"));
    }
    if (part) part.hidden = !wanted;
    return part;
  }

  drawTheme(one) {
    const theme = this.list.model.themes.find((each) => each.id === one.theme);
    const chip = this.optional("theme", Boolean(theme));
    if (chip && theme) setText(chip, theme.name);
  }

  drawButton(button, one) {
    const { model, outbox, strings, voice } = this.list;
    const { choice } = button.dataset;
    const pending = outbox.pending("vote", one.id);
    const standing = model.votes[one.id] ?? null;
    const wanted = pending ? pending.frame.choice : standing;
    const pressed = wanted === choice;
    setText(button.querySelector(".stand-word"), pressed && choice === "support" ? strings.supported : strings[`choice_${choice}`]);
    setText(button.querySelector(".stand-count"), one.tally ? String(one.tally[COLUMN[choice]]) : "");
    button.value = one.id;
    button.setAttribute("form", `stand-${pressed ? "none" : choice}`);
    button.setAttribute("aria-pressed", String(pressed));
    button.setAttribute("aria-describedby", `n${one.id}`);
    // Of a wish, the button that it presses or the one that it lets go.
    button.classList.toggle("pending", pending !== null && choice === (wanted ?? standing ?? choice));
    button.disabled = !voice || !model.phase.voting || model.mine.has(one.id);
  }

  // Under the buttons: why a vote was refused, or that its answer is late.
  drawLine(id) {
    const { errors, outbox, strings } = this.list;
    const message = errors.get(id) ?? (outbox.pending("vote", id)?.late ? strings.retry : "");
    let line = this.element.querySelector(".stand-line");
    if (!line && message) {
      line = document.createElement("p");
      line.className = "stand-line";
      line.setAttribute("role", "status");
      this.element.append(line);
    }
    if (!line) return;
    line.hidden = !message;
    line.classList.toggle("error", errors.has(id));
    setText(line, message);
  }
}
