// One's own panel: the server draws it, and draws it anew when something of one's own has changed. What is unchanged in
// it is left alone, and so is what somebody is writing there.

// Milliseconds within which the panel is asked for. What comes to one may have come to the whole hall, as when a
// suggestion that many support is merged, or when all are back after an interruption: then not all ask at once.
const AT_ONCE = 200;
const EACH = 15;
export const IN_TIME = 5_000;

// Within how long so many people ask for theirs.
export const together = (here) => Math.min(IN_TIME, AT_ONCE + EACH * here);

const withoutToken = (element) => element.outerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");

export class OwnPanel {
  // `onDrawn(news)`: it was drawn anew; `news` are sentences about what is new in it.
  constructor({ panel, onDrawn }) {
    Object.assign(this, { panel, onDrawn });
    this.timer = null;
    this.due = Infinity;
    this.asking = this.again = false;
    for (const entry of panel.children) entry.given = withoutToken(entry);
    panel.addEventListener("submit", (event) => this.submitted(event));
  }

  // Merged suggestions that this member supports.
  joined() {
    return new Set([...this.panel.querySelectorAll("[data-joined]")].map((entry) => Number(entry.dataset.joined)));
  }

  // Suggestions of others that this member has signed: they count as one's own.
  signed() {
    return new Set([...this.panel.querySelectorAll("[data-signed]")].map((entry) => Number(entry.dataset.signed)));
  }

  // Ask anew within so many milliseconds.
  refresh(within) {
    const due = performance.now() + within * Math.random();
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.ask(), due - performance.now());
  }

  async ask() {
    this.due = Infinity;
    this.again = this.asking;
    if (this.asking) return;
    this.asking = true;
    const answer = await this.send(this.panel.dataset.url, { headers: { Accept: "text/html" } });
    const html = answer?.ok && !answer.redirected ? await answer.text() : null;
    this.asking = false;
    if (html !== null) this.take(html);
    // What has changed while the answer was on its way.
    if (this.again) this.ask();
  }

  take(html) {
    const drawn = new DOMParser().parseFromString(html, "text/html").querySelector("#own-panel");
    if (!drawn) return;
    const before = new Map([...this.panel.children].map((entry) => [entry.dataset.key, entry]));
    const entries = [...drawn.children].map((entry) => {
      const was = before.get(entry.dataset.key);
      entry.given = withoutToken(entry);
      return was?.given === entry.given ? was : this.succeed(document.adoptNode(entry), was);
    });
    const focused = this.panel.contains(document.activeElement) ? document.activeElement : null;
    for (const entry of [...this.panel.children]) if (!entries.includes(entry)) entry.remove();
    entries.forEach((entry, index) => {
      const there = this.panel.children[index] ?? null;
      if (there !== entry) this.panel.insertBefore(entry, there);
    });
    if (focused && !this.panel.contains(document.activeElement)) this.focus(focused.id);
    const news = entries.filter((entry) => !before.has(entry.dataset.key)).map((entry) => entry.dataset.said ?? "");
    this.onDrawn(news.filter(Boolean).join(" "));
  }

  // An entry in place of an older one goes on with what was being written there.
  succeed(entry, was) {
    if (!was) return entry;
    if ("open" in entry) entry.open = was.open;
    const heir = ({ id }) => (id ? entry.querySelector(`#${id}`) : null);
    for (const fold of was.querySelectorAll("details[open]")) if (heir(fold)) heir(fold).open = true;
    for (const box of was.querySelectorAll("textarea")) if (heir(box)) heir(box).value = box.value;
    return entry;
  }

  // Where what had the focus is no longer there: to what stands in its place, or to the heading.
  focus(id) {
    const heading = this.panel.closest("section").querySelector("h2");
    heading.tabIndex = -1;
    ((id && this.panel.querySelector(`#${id}`)) || heading).focus({ preventScroll: true });
  }

  async submitted(event) {
    event.preventDefault();
    const { target: form, submitter } = event;
    // Not by switching the buttons off: that would take the focus from whoever has just pressed one.
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const line = form.closest("[data-key]").querySelector(".error");
    const body = new FormData(form);
    if (submitter?.name) body.append(submitter.name, submitter.value);
    const answer = await this.send(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    form.ariaBusy = "false";
    const isJson = answer?.headers.get("Content-Type")?.startsWith("application/json");
    line.textContent = isJson ? (await answer.json()).message : "";
    if (!answer?.ok && !line.textContent) line.textContent = this.panel.dataset.failed;
    line.hidden = !line.textContent;
    if (!answer?.ok) return;
    form.reset();
    this.refresh(0);
  }

  // The answer, or null when there is no network.
  async send(url, options) {
    try {
      return await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return null;
    }
  }
}
