// A copy of the topic's public state and of one's own part. Values are absolute: nothing here adds or subtracts.

const PUBLIC = new Set(["published", "merged"]);

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
    this.signed = new Set();
    this.people = null;
  }

  // A full state replaces everything, even when it is older: then the server was restored from a backup.
  // False: it is older than what is known, and was not taken.
  welcome(frame) {
    if (!frame.full && frame.revision < this.revision) return false;
    if (frame.full) this.suggestions = new Map();
    this.revision = frame.revision;
    this.rules = frame.rules;
    this.themes = frame.themes;
    this.show(frame.suggestions);
    this.setPhase(frame.phase, frame.came);
    this.people = frame.people ?? this.people;
    if (frame.me) {
      this.votes = { ...frame.me.votes };
      this.mine = new Map(frame.me.suggestions.map((one) => [one.id, one]));
    }
    return true;
  }

  // "old" (ignored), "gap" (what lies between is missing, nothing was taken) or "applied".
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

  // What stands for itself or for a group.
  listed() {
    return [...this.suggestions.values()].filter((one) => one.merged_into === null);
  }

  // Representative → what was merged into it, by number.
  groups() {
    const groups = new Map();
    for (const one of this.suggestions.values()) {
      if (one.merged_into === null) continue;
      if (!groups.has(one.merged_into)) groups.set(one.merged_into, []);
      groups.get(one.merged_into).push(one);
    }
    for (const parts of groups.values()) parts.sort((a, b) => a.number - b.number);
    return groups;
  }

  // Alone or with others.
  wrote(id) {
    return this.mine.has(id) || this.signed.has(id);
  }

  own(suggestion) {
    this.mine.set(suggestion.id, suggestion);
  }

  // Whoever votes on what was merged votes on its representative.
  setVote(voted, choice) {
    const suggestion = this.suggestions.get(voted)?.merged_into ?? voted;
    if (choice === null) delete this.votes[suggestion];
    else this.votes[suggestion] = choice;
  }

  setPhase(phase, came = performance.now()) {
    this.phase = phase;
    this.phaseAt = came;
  }

  // Milliseconds that remain by the server's clock, for "posting_ms" or "closes_ms".
  remaining(name) {
    return Math.max(0, this.phase[name] - (performance.now() - this.phaseAt));
  }

  show(suggestions) {
    for (const one of suggestions) {
      if (PUBLIC.has(one.status)) this.suggestions.set(one.id, one);
      else this.suggestions.delete(one.id);
    }
  }
}
