// The list of suggestions: rows patched in place by id. Nothing moves under a finger: a pill offers what is new.
// What was merged stands under its representative; the row that it had keeps its place until the list is arranged anew.

import { arranged } from "./order.js";
import { Row } from "./row.js";

export class List {
  constructor({ root, model, outbox, strings, seed, order, voice }) {
    Object.assign(this, { root, model, outbox, strings, seed, order, voice });
    this.box = root.querySelector("#list");
    this.pill = root.querySelector("#fresh");
    this.empty = root.querySelector("#empty");
    this.template = root.querySelector("#row").content.firstElementChild;
    this.templates = Object.fromEntries(
      ["group", "part", "went"].map((name) => [name, root.querySelector(`#${name}`).content.firstElementChild]),
    );
    this.groups = model.groups();
    // Merged suggestions that this reader supports.
    this.joined = new Set();
    this.errors = new Map();
    this.rows = new Map();
    for (const element of this.box.querySelectorAll(".suggestion")) {
      this.rows.set(Number(element.dataset.id), new Row(element, this));
    }
    this.shown = [...this.rows.keys()];
    this.pill.addEventListener("click", () => this.arrange({ show: true }));
    window.addEventListener("hashchange", () => this.unfold());
    this.unfold();
  }

  setOrder(order) {
    this.order = order;
    this.arrange();
  }

  arranged() {
    const all = this.model.listed();
    return arranged(all, this.model.themes, this.order, this.seed, this.strings.no_theme);
  }

  // An address may lead to what is folded up in its group.
  unfold() {
    const address = location.hash.slice(1);
    // What has come since the list was arranged has no row yet.
    if (!document.getElementById(address) && this.model.suggestions.has(Number(address.slice(1)))) {
      this.arrange();
      document.getElementById(address)?.scrollIntoView({ block: "center" });
    }
    const target = document.getElementById(address);
    const group = target?.closest(".group");
    if (!group || group.open) return;
    group.open = true;
    target.scrollIntoView({ block: "center" });
  }

  // Draw what has changed where it stands; move rows only where nobody looks.
  refresh() {
    this.groups = this.model.groups();
    for (const [id, row] of this.rows) row.draw(this.model.suggestions.get(id));
    const wanted = this.arranged().flatMap((group) => group.ids);
    const fresh = wanted.filter((id) => !this.rows.has(id)).length;
    const listed = new Set(wanted);
    const standing = this.shown.filter((id) => listed.has(id));
    const moved = fresh === 0 && wanted.some((id, index) => id !== standing[index]);
    this.empty.hidden = wanted.length > 0;
    this.pill.hidden = fresh === 0 && !moved;
    if (this.pill.hidden) return;
    if (this.rows.size === 0 || this.outOfSight()) this.arrange();
    else this.pill.textContent = fresh ? this.strings.new_ideas.replace("{n}", fresh) : this.strings.order_changed;
  }

  outOfSight() {
    return document.hidden || this.box.getBoundingClientRect().top > window.innerHeight;
  }

  // `show`: lead the eye to what is new.
  arrange({ show = false } = {}) {
    const groups = this.arranged();
    const known = new Set(this.shown);
    const focused = document.activeElement;
    const parts = groups.flatMap((group) => this.part(group));
    this.shown = groups.flatMap((group) => group.ids);
    const listed = new Set(this.shown);
    for (const id of [...this.rows.keys()]) if (!listed.has(id)) this.rows.delete(id);
    this.box.replaceChildren(...parts);
    this.pill.hidden = true;
    this.empty.hidden = this.shown.length > 0;
    const fresh = known.size ? this.shown.filter((id) => !known.has(id)) : [];
    for (const [id, row] of this.rows) row.element.classList.toggle("fresh", fresh.includes(id));
    if (focused && this.box.contains(focused)) focused.focus({ preventScroll: true });
    else if (show) this.lead(fresh[0] ?? this.shown[0]);
  }

  part({ heading, ids }) {
    const list = document.createElement("ol");
    list.className = "suggestions";
    list.append(...ids.map((id) => this.row(id).element));
    if (heading === null) return [list];
    const title = document.createElement("h3");
    title.className = "list-group";
    title.textContent = heading;
    return [title, list];
  }

  row(id) {
    if (!this.rows.has(id)) this.rows.set(id, new Row(this.template.cloneNode(true), this));
    const row = this.rows.get(id);
    row.draw(this.model.suggestions.get(id));
    return row;
  }

  lead(id) {
    const element = this.rows.get(id)?.element;
    if (!element) return;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "center" });
  }

  complain(id, message) {
    if (message) this.errors.set(id, message);
    else this.errors.delete(id);
    const one = this.model.suggestions.get(id);
    if (one) this.rows.get(id)?.draw(one);
  }
}
