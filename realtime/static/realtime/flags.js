// Reporting a suggestion: the form is put into the row that unfolds for it, and the answer stands there afterwards.

export class Flags {
  // `onTaken`: the server has a report.
  constructor({ root, strings, onTaken }) {
    Object.assign(this, { strings, onTaken });
    this.template = root.querySelector("#flag");
    if (!this.template) return;
    const list = root.querySelector("#list");
    // `toggle` does not rise to the list by itself.
    list.addEventListener("toggle", (event) => this.unfolded(event.target), true);
    list.addEventListener("submit", (event) => this.submitted(event));
  }

  unfolded(fold) {
    if (!fold.matches(".flag[open]") || fold.querySelector("form")) return;
    const form = this.template.content.querySelector("form").cloneNode(true);
    form.action = `suggestions/${fold.closest(".suggestion").dataset.id}/flag`;
    fold.replaceChildren(fold.querySelector("summary"), form);
  }

  async submitted(event) {
    const form = event.target.closest(".flag-form");
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    const { message, done } = await this.send(form);
    button.disabled = false;
    if (done) this.taken(form.closest(".flag"), message);
    else this.complain(form, message);
  }

  // A second report of the same suggestion changes nothing, and what it is told is what the first one was.
  taken(fold, message) {
    const line = document.createElement("p");
    line.className = "flag-state";
    line.setAttribute("role", "status");
    line.tabIndex = -1;
    line.textContent = message;
    fold.replaceWith(line);
    line.focus({ preventScroll: true });
    this.onTaken();
  }

  complain(form, message) {
    const line = form.querySelector(".error");
    line.textContent = message;
    line.hidden = false;
  }

  async send(form) {
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
      const { message, code } = isJson ? await answer.json() : {};
      return { message: message ?? this.strings.not_sent, done: answer.ok || code === "already_flagged" };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { message: this.strings.not_sent, done: false };
    }
  }
}
