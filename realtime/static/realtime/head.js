// The top of the page: phase, remaining time, numbers, what is featured; and what a screen reader is told.

const SOON = 120_000;
const SPEAK = 10_000;

export function clock(ms, strings) {
  const seconds = Math.ceil(ms / 1000);
  const days = Math.floor(seconds / 86400);
  if (days > 0) return strings.days.replace("{n}", days);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours ? `${hours}:${two(minutes)}` : String(minutes)) + `:${two(seconds % 60)}`;
}

export class Head {
  constructor({ root, model, strings }) {
    Object.assign(this, { root, model, strings });
    for (const name of ["phase", "remaining", "here", "ideas", "votes", "featured", "spoken", "connection", "notice"]) {
      this[name] = root.querySelector(`#${name}`);
    }
    this.opensAt = performance.now() + Number(this.remaining.dataset.opens);
    this.spokenAt = -SPEAK;
    setInterval(() => this.tick(), 500);
  }

  tick() {
    const phase = this.model.phase;
    if (!phase) return;
    const name = phase.name;
    let text = null;
    if (name === "open") text = this.strings.closes_in.replace("{t}", clock(this.model.remaining("closes_ms"), this.strings));
    else if (name === "announced") {
      text = this.strings.opens_in.replace("{t}", clock(Math.max(0, this.opensAt - performance.now()), this.strings));
    }
    if (text !== null && this.remaining.textContent !== text) this.remaining.textContent = text;
    this.remaining.classList.toggle("soon", name === "open" && this.model.remaining("closes_ms") <= SOON);
  }

  refresh() {
    const { phase, people } = this.model;
    const all = [...this.model.suggestions.values()];
    const counted = all.some((one) => one.tally) || all.length === 0;
    const votes = all.reduce((sum, one) => sum + (one.tally ? one.tally.reduce((a, b) => a + b, 0) : 0), 0);
    const paused = phase.paused && phase.name === "open";
    this.phase.textContent = paused ? this.strings.paused : (this.strings[`phase_${phase.name}`] ?? this.phase.textContent);
    this.phase.className = `phase ${phase.name}${paused ? " paused" : ""}`;
    this.ideas.textContent = all.length;
    this.votes.textContent = votes;
    this.root.querySelector("#votes-fact").hidden = !counted;
    if (people) {
      this.here.textContent = people.here;
      this.here.hidden = this.root.querySelector("#here-label").hidden = false;
    }
    this.showFeatured(all.find((one) => one.featured));
    this.speak(all.length, counted ? votes : "–", people?.here ?? "–");
    this.tick();
  }

  showFeatured(one) {
    this.featured.hidden = !one;
    if (!one) return;
    for (const name of ["number", "text", "author", "sector"]) {
      const element = this.root.querySelector(`#featured-${name}`);
      if (element.textContent !== String(one[name])) element.textContent = one[name];
    }
  }

  speak(ideas, votes, here) {
    const now = performance.now();
    if (now - this.spokenAt < SPEAK) return;
    this.spokenAt = now;
    const sentence = this.strings.said.replace("{ideas}", ideas).replace("{votes}", votes).replace("{here}", here);
    this.spoken.textContent = sentence;
  }

  // Said only when it is not fine.
  showConnection(state) {
    const text = { live: "", connecting: this.strings.connecting, offline: this.strings.offline }[state];
    const sentence = text ?? { polling: this.strings.polling, out: this.strings.you_are_out }[state];
    if (this.connection.textContent !== sentence) this.connection.textContent = sentence;
    this.connection.hidden = sentence === "";
  }

  showNotice(text, level) {
    this.notice.textContent = text;
    this.notice.className = `notice ${level}`;
    this.notice.hidden = false;
  }
}
