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
    // Parts that few rows have: looked for once, not at every tick in every row.
    this.group = element.querySelector(".group");
    this.went = null;
  }

  // `one` is the suggestion; without it, it is no longer shown: the row says so and keeps its place.
  draw(one) {
    const { element } = this;
    const merged = Boolean(one) && one.merged_into !== null;
    element.classList.toggle("gone", !one);
    element.classList.toggle("went", merged);
    element.querySelector(".suggestion-foot").hidden = !one || merged;
    this.drawWent(merged ? one : null);
    if (!one) this.part("text").textContent = this.list.strings.gone;
    if (!one || merged) {
      // The address of what was merged is now that of its place in the group.
      if (merged) element.removeAttribute("id");
      this.drawGroup([]);
      return;
    }
    element.id = `s${one.id}`;
    element.dataset.id = one.id;
    element.querySelector(".suggestion-head").id = `n${one.id}`;
    element.classList.toggle("mine", this.list.model.wrote(one.id));
    for (const name of ["number", "author", "sector", "text"]) setText(this.part(name), String(one[name]));
    this.drawTheme(one);
    this.optional("edited", one.edited);
    this.drawGroup(this.list.groups.get(one.id) ?? []);
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

  // Where the suggestion of this row has gone.
  drawWent(one) {
    if (!this.went && one) {
      this.went = this.list.templates.went.cloneNode(true);
      this.part("text").after(this.went);
    }
    if (!this.went) return;
    this.went.hidden = !one;
    if (!one) return;
    const link = this.went.querySelector("a");
    link.href = `#s${one.merged_into}`;
    const into = this.list.model.suggestions.get(one.merged_into);
    setText(link, this.list.strings.merged_into.replace("{number}", into ? into.number : "–"));
  }

  // What was merged into this one, folded up.
  drawGroup(parts) {
    const { strings, templates } = this.list;
    if (!this.group && parts.length) {
      this.group = templates.group.cloneNode(true);
      this.part("text").after(this.group);
    }
    const { group } = this;
    if (!group) return;
    group.hidden = !parts.length;
    const numbers = parts.map(({ number }) => `#${number}`).join(strings.between_numbers);
    setText(group.querySelector(".group-of"), strings.includes.replace("{numbers}", numbers));
    const places = group.querySelector(".group-parts");
    while (places.children.length > parts.length) places.lastElementChild.remove();
    while (places.children.length < parts.length) places.append(templates.part.cloneNode(true));
    parts.forEach((part, index) => this.drawPart(places.children[index], part));
  }

  drawPart(place, part) {
    if (place.id !== `s${part.id}`) place.id = `s${part.id}`;
    for (const name of ["number", "author", "sector", "text"]) {
      setText(place.querySelector(`.part-${name}`), String(part[name]));
    }
    const edited = place.querySelector(".part-edited");
    if (edited) edited.hidden = !part.edited;
    place.querySelector(".part-joined").hidden = !this.list.joined.has(part.id);
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
    // Support of what has become one's own by a merge can still be taken back.
    button.disabled = !voice || !model.phase.voting || (!pressed && this.isOurs(one));
  }

  isOurs(one) {
    const { model, groups } = this.list;
    return [one, ...(groups.get(one.id) ?? [])].some(({ id }) => model.wrote(id));
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
