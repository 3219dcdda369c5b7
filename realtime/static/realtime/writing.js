// The box for a new idea: counter, draft kept on the device, and why it cannot be sent just now.

import { count } from "./counter.js";
import { newRef } from "./outbox.js";

const HOLDS_A_SLOT = new Set(["pending", "published", "returned", "merged", "hidden"]);

export class Writing {
  constructor({ root, model, outbox, shelf, strings }) {
    Object.assign(this, { model, outbox, shelf, strings });
    this.form = root.querySelector("#write");
    this.closed = root.querySelector("#write-closed");
    this.box = this.form.elements.text;
    this.button = this.form.querySelector("button");
    this.counter = root.querySelector("#counter");
    this.error = root.querySelector("#write-error");
    // What the server gives back after a refusal is newer than the draft.
    if (!this.box.value) this.box.value = shelf.read("draft") ?? "";
    this.box.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", (event) => this.submitted(event));
  }

  typed() {
    this.shelf.write("draft", this.box.value);
    this.complain("");
    this.refresh();
  }

  submitted(event) {
    event.preventDefault();
    if (!this.box.value.trim() || this.button.disabled) return;
    this.complain("");
    this.outbox.put({ type: "suggest", ref: this.form.elements.ref.value, text: this.box.value });
    this.refresh();
  }

  // The server has it: the box is free for the next one.
  taken(text) {
    if (this.box.value === text) {
      this.box.value = "";
      this.shelf.remove("draft");
    }
    this.form.elements.ref.value = newRef();
  }

  // Takes away what stands there, draft included, and says what it was.
  empty() {
    const text = this.box.value;
    this.fill("");
    this.shelf.remove("draft");
    return text;
  }

  fill(text) {
    this.box.value = text;
    this.typed();
  }

  refused(message) {
    this.form.elements.ref.value = newRef();
    this.complain(message);
  }

  complain(message) {
    this.error.textContent = message;
    this.error.hidden = !message;
  }

  refresh() {
    const { model, strings } = this;
    const held = [...model.mine.values()].filter((one) => HOLDS_A_SLOT.has(one.status)).length;
    const full = held + model.signed.size >= model.rules.ideas;
    const over = model.phase.name === "closed" || model.remaining("posting_ms") === 0;
    const sending = this.outbox.pending("suggest") !== null;
    // A pause must not take away what somebody is writing.
    this.form.hidden = full || over;
    this.closed.hidden = full || model.phase.posting;
    const why = over ? "write_over" : model.phase.name === "open" ? "write_paused" : "write_announced";
    if (!this.closed.hidden) this.closed.textContent = strings[why];
    this.button.disabled = sending || !model.phase.posting;
    this.box.readOnly = sending;
    this.form.classList.toggle("sending", sending);
    if (sending) this.counter.textContent = this.outbox.pending("suggest").late ? strings.retry : strings.sending;
    else count(this.box, this.counter, model.rules.length, strings);
  }
}
