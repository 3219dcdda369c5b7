// The top of the page: phase and remaining time, the numbers, what is featured, and how the connection is.

const SOON = 120_000;

export function clock(ms, strings) {
  const seconds = Math.ceil(ms / 1000);
  const days = Math.floor(seconds / 86400);
  if (days > 0) return strings.days.replace("{n}", days);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours ? `${hours}:${two(minutes)}` : String(minutes)) + `:${two(seconds % 60)}`;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Head {
  // `opensAt`: when the topic opens, by the page's own clock.
  constructor({ root, model, strings, opensAt }) {
    Object.assign(this, { root, model, strings, opensAt });
    const names = "phase remaining elapsed here here-label ideas votes votes-fact featured connection notice over";
    this.parts = Object.fromEntries(names.split(" ").map((name) => [name, root.querySelector(`#${name}`)]));
    setInterval(() => this.tick(), 500);
  }

  tick() {
    const { remaining, elapsed } = this.parts;
    const { name } = this.model.phase;
    const left = this.model.remaining("closes_ms");
    if (name === "open") {
      this.counted = true;
      setText(remaining, this.strings.closes_in.replace("{t}", clock(left, this.strings)));
      elapsed.value = Math.max(0, elapsed.max - left);
    } else if (name === "announced") {
      const wait = Math.max(0, this.opensAt - performance.now());
      setText(remaining, this.strings.opens_in.replace("{t}", clock(wait, this.strings)));
    } else if (name === "closed" && this.counted) {
      // Not the last second that was counted.
      setText(remaining, "");
    }
    elapsed.hidden = name !== "open";
    remaining.classList.toggle("soon", name === "open" && left <= SOON);
  }

  // Draws everything; the summary in one sentence is what it answers.
  refresh() {
    const { phase, people } = this.model;
    const all = this.model.listed();
    const counted = all.every((one) => one.tally);
    const votes = counted ? all.reduce((sum, one) => sum + one.tally[0], 0) : null;
    const paused = phase.paused && phase.name === "open";
    setText(this.parts.phase, paused ? this.strings.paused : this.strings[`phase_${phase.name}`]);
    this.parts.phase.className = `phase ${phase.name}${paused ? " paused" : ""}`;
    setText(this.parts.ideas, String(all.length));
    setText(this.parts.votes, String(votes ?? 0));
    this.parts["votes-fact"].hidden = votes === null;
    if (people) {
      setText(this.parts.here, String(people.here));
      this.parts.here.hidden = this.parts["here-label"].hidden = false;
    }
    this.showFeatured(all.find((one) => one.featured));
    this.tick();
    const said = { ideas: all.length, votes: votes ?? "–", here: people?.here ?? "–" };
    return this.strings.said.replace(/\{(\w+)\}/g, (_, name) => said[name]);
  }

  showFeatured(one) {
    this.parts.featured.hidden = !one;
    if (!one) return;
    for (const name of ["number", "text", "author", "sector"]) {
      setText(this.root.querySelector(`#featured-${name}`), String(one[name]));
    }
  }

  // Said only when it is not fine.
  showConnection(state) {
    setText(this.parts.connection, state === "live" ? "" : this.strings[state]);
    this.parts.connection.hidden = state === "live";
  }

  showNotice(text, level) {
    this.parts.notice.className = `notice ${level}`;
    this.parts.notice.hidden = false;
    setText(this.parts.notice, text);
  }

  showClosing() {
    this.parts.over.hidden = false;
  }
}
