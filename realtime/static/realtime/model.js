// A copy of the topic's public state and of one's own part. Values are absolute: nothing here adds or subtracts.

export class Model {
  constructor() {
    this.revision = -1;
    this.phase = null;
    this.phaseAt = 0;
    this.rules = null;
    this.themes = [];
    this.suggestions = new Map();
    this.votes = {};
    this.mine = new Map();
    this.role = null;
    this.people = null;
  }

  get ready() {
    return this.revision >= 0;
  }

  // A welcome may come at any time; a full one replaces everything, even when it is older (the server was restored).
  welcome(frame) {
    if (!frame.full && frame.revision < this.revision) return;
    if (frame.full) this.suggestions = new Map();
    this.revision = frame.revision;
    this.rules = frame.rules;
    this.themes = frame.themes;
    this.show(frame.suggestions);
    this.setPhase(frame.phase);
    this.people = frame.people ?? this.people;
    if (frame.me) {
      this.role = frame.me.role;
      this.votes = { ...frame.me.votes };
      this.mine = new Map(frame.me.suggestions.map((one) => [one.id, one]));
    }
  }

  // "old", "gap" (ask for what is missing) or "applied".
  update(frame) {
    if (frame.revision <= this.revision) return "old";
    if (frame.from > this.revision) return "gap";
    this.revision = frame.revision;
    if (frame.themes) this.themes = frame.themes;
    if (frame.suggestions) this.show(frame.suggestions);
    for (const [id, ...tally] of frame.tallies ?? []) {
      for (const one of [this.suggestions.get(id), this.mine.get(id)]) if (one) one.tally = tally;
    }
    if (frame.phase) this.setPhase(frame.phase);
    if (frame.people) this.people = frame.people;
    return "applied";
  }

  own(suggestion) {
    this.mine.set(suggestion.id, suggestion);
  }

  setVote(suggestion, choice) {
    if (choice === null) delete this.votes[suggestion];
    else this.votes[suggestion] = choice;
  }

  setPhase(phase) {
    this.phase = phase;
    this.phaseAt = performance.now();
  }

  // Milliseconds that remain by the server's clock, for "posting_ms" or "closes_ms".
  remaining(name) {
    return this.phase ? Math.max(0, this.phase[name] - (performance.now() - this.phaseAt)) : 0;
  }

  show(suggestions) {
    for (const one of suggestions) {
      if (one.status === "published" || one.status === "merged") this.suggestions.set(one.id, one);
      else this.suggestions.delete(one.id);
    }
  }
}
