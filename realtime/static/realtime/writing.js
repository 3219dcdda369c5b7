// One's own ideas: the box with its counter and draft, and a card for each idea with what became of it.

import { measure } from "./measure.js";
import { newRef } from "./outbox.js";

const HOLDS_A_SLOT = new Set(["pending", "published", "returned", "merged", "hidden"]);
const EDITABLE = new Set(["pending", "published", "returned"]);

export class Writing {
  constructor({ root, model, outbox, shelf, strings, rules, urls }) {
    Object.assign(this, { root, model, outbox, shelf, strings, rules, urls });
    this.form = root.querySelector("#write");
    if (!this.form) return;
    this.list = root.querySelector("#my-list");
    this.closed = root.querySelector("#write-closed");
    this.text = this.form.elements.text;
    this.counter = root.querySelector("#counter");
    this.error = root.querySelector("#write-error");
    this.template = root.querySelector("#own");
    this.ref = newRef();
    this.drawn = new Map();
    if (!this.text.value) this.text.value = shelf.read("draft") ?? "";
    this.text.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.list.addEventListener("submit", (event) => this.changed(event));
    this.count();
  }

  typed() {
    this.shelf.write("draft", this.text.value);
    this.complain("");
    this.count();
  }

  count() {
    const left = this.rules.length - measure(this.text.value);
    this.counter.textContent =
      left >= 0 ? this.strings.left.replace("{n}", left) : this.strings.over.replace("{n}", -left);
    this.counter.classList.toggle("over", left < 0);
  }

  submitted(event) {
    event.preventDefault();
    if (!this.text.value.trim() || this.sending) return;
    this.complain("");
    this.outbox.put({ type: "suggest", ref: this.ref, text: this.text.value });
    this.refresh();
  }

  changed(event) {
    const form = event.target;
    const card = form.closest(".own");
    event.preventDefault();
    const suggestion = Number(card.dataset.id);
    if (form.classList.contains("own-withdraw")) {
      if (window.confirm(this.strings.withdraw_sure)) this.outbox.put({ type: "withdraw", suggestion });
      return;
    }
    this.outbox.put({ type: "edit", suggestion, text: form.elements.text.value });
  }

  get sending() {
    return this.outbox.has("suggest");
  }

  // The server has taken it: the box is free for the next one.
  taken(wish) {
    if (wish.type === "suggest") {
      this.text.value = "";
      this.shelf.remove("draft");
      this.ref = newRef();
      this.count();
    }
  }

  refused(wish, message) {
    if (wish.type === "suggest") {
      // Changed and sent again it is another wish.
      this.ref = newRef();
      this.complain(message);
      return;
    }
    const line = this.list.querySelector(`[data-id="${wish.suggestion}"] .error`);
    if (line) {
      line.textContent = message;
      line.hidden = false;
    }
  }

  complain(message) {
    this.error.textContent = message;
    this.error.hidden = !message;
  }

  refresh() {
    if (!this.form) return;
    const all = [...this.model.mine.values()];
    const held = all.filter((one) => HOLDS_A_SLOT.has(one.status)).length;
    const phase = this.model.phase;
    if (phase) {
      this.form.hidden = !phase.posting || held >= this.model.rules.ideas;
      this.closed.hidden = phase.posting;
    }
    this.form.querySelector("button").disabled = this.sending;
    this.form.classList.toggle("sending", this.sending);
    if (this.sending) this.counter.textContent = this.strings.sending;
    else this.count();
    this.draw(all.filter((one) => one.status !== "withdrawn"));
  }

  // Cards are drawn anew only when their content changed: somebody may be typing in one.
  draw(all) {
    const posting = Boolean(this.model.phase?.posting);
    const cards = all.map((one) => {
      const state = JSON.stringify([one.text, one.status, one.reason, posting]);
      const known = this.drawn.get(one.id);
      if (known && known.state === state) return known.card;
      const card = this.card(one, posting);
      this.drawn.set(one.id, { state, card });
      return card;
    });
    const present = [...this.list.children];
    if (present.length !== cards.length || cards.some((card, index) => card !== present[index])) {
      this.list.replaceChildren(...cards);
    }
  }

  card(one, posting) {
    const card = this.template.content.firstElementChild.cloneNode(true);
    const status = card.querySelector(".status");
    const reason = card.querySelector(".own-reason");
    const edit = card.querySelector(".own-edit");
    const text = edit.querySelector("textarea");
    card.dataset.id = one.id;
    card.classList.add(one.status);
    card.querySelector(".number").textContent = one.number;
    card.querySelector(".own-text").textContent = one.text;
    status.textContent = this.strings[`status_${one.status}`];
    status.classList.add(one.status);
    reason.hidden = !one.reason;
    reason.querySelector("span").textContent = one.reason;
    edit.hidden = !posting || !EDITABLE.has(one.status);
    edit.open = one.status === "returned";
    text.value = one.text;
    text.id = `edit-${one.id}`;
    edit.querySelector("label").htmlFor = text.id;
    const [editForm, withdrawForm] = edit.querySelectorAll("form");
    editForm.action = this.urls.edit({ suggestion: one.id });
    withdrawForm.action = this.urls.withdraw({ suggestion: one.id });
    return card;
  }
}
