// The list of suggestions: rows patched in place by id. Nothing moves under a finger: a pill offers what is new.

import { arranged } from "./order.js";

const COLUMN = { support: 0, neutral: 1, oppose: 2 };

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class List {
  constructor({ root, model, outbox, strings, seed, order, voice }) {
    Object.assign(this, { root, model, outbox, strings, seed, order, voice });
    this.box = root.querySelector("#list");
    this.pill = root.querySelector("#fresh");
    this.empty = root.querySelector("#empty");
    this.template = root.querySelector("#row");
    this.rows = new Map();
    for (const row of this.box.querySelectorAll(".suggestion")) this.rows.set(Number(row.dataset.id), row);
    this.shown = [...this.rows.keys()];
    this.errors = new Map();
    this.pill.addEventListener("click", () => this.arrange());
  }

  setOrder(order) {
    this.order = order;
    this.arrange();
  }

  groups() {
    const all = this.model.suggestions.values();
    return arranged(all, this.model.themes, this.order, this.seed, this.strings.no_theme);
  }

  // Draw what has changed; move rows only where nobody looks, or when asked to.
  refresh({ move = false } = {}) {
    for (const id of [...this.rows.keys()]) if (!this.model.suggestions.has(id)) this.remove(id);
    for (const id of this.rows.keys()) this.patch(id);
    const wanted = this.groups().flatMap((group) => group.ids);
    const fresh = wanted.filter((id) => !this.rows.has(id));
    const moved = fresh.length === 0 && wanted.some((id, index) => id !== this.shown[index]);
    this.empty.hidden = wanted.length > 0;
    if (fresh.length === 0 && !moved) this.pill.hidden = true;
    else if (move || this.rows.size === 0 || this.outOfSight()) this.arrange();
    else {
      this.pill.hidden = false;
      const text = fresh.length ? this.strings.new_ideas.replace("{n}", fresh.length) : this.strings.order_changed;
      setText(this.pill, text);
    }
  }

  outOfSight() {
    return document.hidden || this.box.getBoundingClientRect().top > window.innerHeight;
  }

  arrange() {
    const groups = this.groups();
    const parts = [];
    for (const group of groups) {
      if (group.heading !== null) {
        const heading = document.createElement("h3");
        heading.className = "list-group";
        heading.textContent = group.heading;
        parts.push(heading);
      }
      const list = document.createElement("ol");
      list.className = "suggestions";
      list.append(...group.ids.map((id) => this.row(id)));
      parts.push(list);
    }
    const focused = document.activeElement;
    this.box.replaceChildren(...parts);
    if (focused && this.box.contains(focused)) focused.focus({ preventScroll: true });
    this.shown = groups.flatMap((group) => group.ids);
    this.pill.hidden = true;
    this.empty.hidden = this.shown.length > 0;
  }

  row(id) {
    let row = this.rows.get(id);
    if (!row) {
      row = this.template.content.firstElementChild.cloneNode(true);
      row.id = `s${id}`;
      row.dataset.id = id;
      row.querySelector("input[name=suggestion]").value = id;
      this.rows.set(id, row);
      this.patch(id);
    }
    return row;
  }

  remove(id) {
    this.rows.get(id).remove();
    this.rows.delete(id);
    this.shown = this.shown.filter((one) => one !== id);
  }

  patch(id) {
    const row = this.rows.get(id);
    const one = this.model.suggestions.get(id);
    const theme = this.model.themes.find((each) => each.id === one.theme);
    setText(row.querySelector(".suggestion-number"), String(one.number));
    setText(row.querySelector(".suggestion-author"), one.author);
    setText(row.querySelector(".suggestion-sector"), one.sector);
    setText(row.querySelector(".suggestion-text"), one.text);
    this.patchTheme(row, theme);
    this.patchEdited(row, one.edited);
    row.classList.toggle("mine", this.model.mine.has(id));
    for (const button of row.querySelectorAll(".stand-button")) this.patchButton(button, one);
    this.patchError(row, this.errors.get(id));
  }

  patchTheme(row, theme) {
    let chip = row.querySelector(".suggestion-theme");
    if (!chip && theme) {
      chip = this.template.content.querySelector(".suggestion-theme").cloneNode();
      row.querySelector(".suggestion-head").append(chip);
    }
    if (chip) {
      chip.hidden = !theme;
      setText(chip, theme ? theme.name : "");
    }
  }

  patchEdited(row, edited) {
    let word = row.querySelector(".suggestion-edited");
    if (!word && edited) {
      word = this.template.content.querySelector(".suggestion-edited").cloneNode(true);
      row.querySelector(".suggestion-head").append(word);
    }
    if (word) word.hidden = !edited;
  }

  patchButton(button, one) {
    const choice = button.dataset.choice;
    const wished = this.outbox.choice(one.id);
    const standing = wished === undefined ? (this.model.votes[one.id] ?? null) : wished;
    const pressed = standing === choice;
    const word = choice === "support" && pressed ? this.strings.supported : this.strings[choice];
    setText(button.querySelector(".stand-word"), word);
    setText(button.querySelector(".stand-count"), one.tally ? String(one.tally[COLUMN[choice]]) : "");
    button.setAttribute("aria-pressed", String(pressed));
    button.value = pressed ? "" : choice;
    button.classList.toggle("pending", wished !== undefined && (wished === choice || wished === null));
    button.disabled = !this.voice || !this.model.phase?.voting || this.model.mine.has(one.id);
  }

  patchError(row, message) {
    const stand = row.querySelector(".stand");
    let line = stand.querySelector(".stand-error");
    if (!message) {
      line?.remove();
      return;
    }
    if (!line) {
      line = document.createElement("p");
      line.className = "stand-error";
      line.setAttribute("role", "alert");
      stand.append(line);
    }
    setText(line, message);
  }

  complain(id, message) {
    if (message) this.errors.set(id, message);
    else this.errors.delete(id);
    if (this.rows.has(id) && this.model.suggestions.has(id)) this.patch(id);
  }
}
