// A journal, checked entry by entry: that none is missing or changed, and that its tallies are the sum of its votes.
// docs/verify.md says the same in Python.

import { Groups } from "./groups.js";
import { sha256, sm3 } from "./hashes.js";

const COLUMN = { support: 0, neutral: 1, oppose: 2 };
const GENESIS = "0".repeat(64);
const utf8 = new TextEncoder();

// JSON with sorted keys and no blanks: the text that was hashed.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  return `{${fields.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const browsers = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

// Whether the browser itself computes this hash here.
export const isNative = (kind) => kind === "" && Boolean(globalThis.crypto?.subtle);

function hasher(kind) {
  if (isNative(kind)) return browsers;
  return kind === "sm3" ? sm3 : sha256;
}

// What does not hold: `why` is missing, changed or tallies.
export class Broken extends Error {
  constructor(revision, why) {
    super(`${revision} ${why}`);
    Object.assign(this, { revision, why });
  }
}

function parsed(line, revision) {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Broken(revision, "changed");
    throw error;
  }
}

export class Chain {
  constructor() {
    this.revision = 0;
    this.digest = GENESIS;
    this.kind = "";
    this.groups = new Groups();
    // Of each voter, by pseudonym: suggestion → { choice, revision }.
    this.said = new Map();
    this.votes = 0;
    this.tallies = new Map();
  }

  // As it is shown: of another kind than SHA-256 it says which.
  get head() {
    return this.kind ? `${this.kind}:${this.digest}` : this.digest;
  }

  // Takes the next line of the download. Throws Broken, after which the chain is of no more use.
  async take(line) {
    const expected = this.revision + 1;
    const { hash, ...entry } = parsed(line, expected);
    if (entry.revision !== expected) throw new Broken(expected, "missing");
    const [digest, kind = ""] = String(hash).split(":").reverse();
    if (expected === 1) this.kind = kind;
    const computed = await hasher(this.kind)(utf8.encode(this.digest + canonical(entry)));
    if (kind !== this.kind || digest !== computed) throw new Broken(expected, "changed");
    if (!this.follow(entry)) throw new Broken(expected, "tallies");
    this.revision = expected;
    this.digest = digest;
  }

  // False where the tallies that are stated are not what the votes so far add up to.
  follow({ kind, payload, revision }) {
    if (kind === "votes") this.count(payload.votes, revision);
    else if (kind === "merged" || kind === "unmerged") {
      if (!this.groups.take(kind, payload.edges, revision)) return false;
      for (const [suggestion] of payload.tallies) this.tallies.set(suggestion, this.recount(suggestion));
    } else return true;
    return payload.tallies.every(([suggestion, ...tally]) => String(tally) === String(this.tally(suggestion)));
  }

  count(votes, revision) {
    for (const [suggestion, voter, choice] of votes) {
      if (!this.said.has(voter)) this.said.set(voter, new Map());
      const said = this.said.get(voter);
      this.votes += (choice !== null) - Boolean(said.get(suggestion)?.choice);
      this.step(suggestion, this.groups.stand(suggestion, said), -1);
      said.set(suggestion, { choice, revision });
      this.step(suggestion, this.groups.stand(suggestion, said), 1);
    }
  }

  // What was merged says what its own votes say, its representative what the whole group says.
  recount(suggestion) {
    const groups = this.groups.isMerged(suggestion) ? new Groups() : this.groups;
    const tally = [0, 0, 0];
    for (const said of this.said.values()) {
      const choice = groups.stand(suggestion, said);
      if (choice in COLUMN) tally[COLUMN[choice]] += 1;
    }
    return tally;
  }

  step(suggestion, choice, by) {
    const tally = [...this.tally(suggestion)];
    if (choice in COLUMN) tally[COLUMN[choice]] += by;
    this.tallies.set(suggestion, tally);
  }

  // Support, neutral and oppose of a suggestion, by its id.
  tally(suggestion) {
    return this.tallies.get(suggestion) ?? [0, 0, 0];
  }
}
