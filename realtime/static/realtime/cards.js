// A card for each of one's own ideas: what became of it, and changing or withdrawing it in place.

import { count } from "./counter.js";

const EDITABLE = new Set(["pending", "published", "returned"]);
const SHOWN = (one) => one.status !== "withdrawn";

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Cards {
  constructor({ root, model, outbox, strings, urls }) {
    Object.assign(this, { model, outbox, strings, urls });
    this.list = root.querySelector("#my-list");
    this.template = root.querySelector("#own").content.querySelector("li");
    this.cards = new Map();
    for (const card of this.list.children) this.adopt(Number(card.dataset.id), card);
    this.list.addEventListener("submit", (event) => this.submitted(event));
    this.list.addEventListener("input", (event) => this.countIn(event.target.closest(".own")));
  }

  adopt(id, card) {
    this.cards.set(id, card);
    card.given = card.querySelector("textarea").value;
    this.countIn(card);
  }

  countIn(card) {
    count(card.querySelector("textarea"), card.querySelector(".counter"), this.model.rules.length, this.strings);
  }

  submitted(event) {
    event.preventDefault();
    const card = event.target.closest(".own");
    const suggestion = Number(card.dataset.id);
    this.complain(suggestion, "");
    if (event.target.closest(".own-withdraw")) this.outbox.put({ type: "withdraw", suggestion });
    else this.outbox.put({ type: "edit", suggestion, text: card.querySelector("textarea").value });
    this.refresh();
  }

  // The server has taken a change: the card folds up.
  taken(suggestion) {
    for (const fold of this.cards.get(suggestion)?.querySelectorAll("details") ?? []) fold.open = false;
  }

  complain(suggestion, message) {
    const line = this.cards.get(suggestion)?.querySelector(".error");
    if (!line) return;
    line.textContent = message;
    line.hidden = !message;
  }

  refresh() {
    const all = [...this.model.mine.values()].filter(SHOWN);
    const kept = new Set(all.map((one) => one.id));
    for (const [id, card] of [...this.cards]) {
      if (!kept.has(id)) {
        card.remove();
        this.cards.delete(id);
      }
    }
    for (const one of all) {
      if (!this.cards.has(one.id)) {
        const card = this.template.cloneNode(true);
        card.dataset.id = one.id;
        this.list.append(card);
        this.adopt(one.id, card);
      }
      this.draw(this.cards.get(one.id), one);
    }
  }

  draw(card, one) {
    const was = card.dataset.status;
    const [edit, withdraw] = [card.querySelector(".own-edit"), card.querySelector(".own-withdraw")];
    card.dataset.status = one.status;
    card.className = `own ${one.status}`;
    setText(card.querySelector(".own-head .number"), String(one.number));
    const status = card.querySelector(".status");
    status.className = `status ${one.status}`;
    setText(status, this.strings[`status_${one.status}`]);
    setText(card.querySelector(".own-text"), one.text);
    card.querySelector(".own-reason").hidden = !one.reason;
    setText(card.querySelector(".own-reason bdi"), one.reason);
    this.drawInto(card.querySelector(".own-into"), one);
    edit.hidden = withdraw.hidden = !this.model.phase.posting || !EDITABLE.has(one.status);
    if (was !== undefined && was !== one.status && one.status === "returned") edit.open = true;
    this.drawEdit(card, edit.querySelector("form"), one);
    const leaving = withdraw.querySelector("form");
    leaving.action = this.urls.withdraw({ suggestion: one.id });
    leaving.querySelector("button").disabled = this.outbox.pending("withdraw", one.id) !== null;
  }

  drawInto(link, one) {
    const into = this.model.suggestions.get(one.merged_into);
    link.hidden = !into;
    if (!into) return;
    link.href = `#s${into.id}`;
    setText(link, this.strings.merged_into.replace("{number}", into.number));
  }

  drawEdit(card, form, one) {
    const box = form.querySelector("textarea");
    form.action = this.urls.edit({ suggestion: one.id });
    form.querySelector("button").disabled = this.outbox.pending("edit", one.id) !== null;
    box.id = `edit-${one.id}`;
    form.querySelector("label").htmlFor = box.id;
    form.querySelector(".counter").id = `edit-counter-${one.id}`;
    box.setAttribute("aria-describedby", `edit-counter-${one.id}`);
    // What somebody is writing there is not written over.
    if (box.value === card.given && one.text !== card.given) box.value = one.text;
    card.given = one.text;
    this.countIn(card);
  }
}
