// The public journal, verified in the reader's own browser: it fetches the whole of it and computes everything anew.

import { Broken, Chain, isNative } from "./journal/chain.js";

// Milliseconds of work between two breaths in which the page draws and hears its reader.
const SPELL = 40;
// A live topic moves on: so often what it shows is compared with what has come meanwhile.
const TURNS = 5;

const root = document.getElementById("check");
const strings = JSON.parse(document.getElementById("check-strings").textContent);
const { download: address, state, head, revision } = root.dataset;
const shown = { head, revision: Number(revision) };
const button = root.querySelector("button");
const progress = root.querySelector("progress");
const said = root.querySelector("[role=status]");
const hash = root.querySelector(".check-hash");

class Unreadable extends Error {}

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const breath = () => new Promise((resolve) => setTimeout(resolve));

async function ask(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store", signal });
  if (!answer.ok) throw new Unreadable(`${answer.status}`);
  return answer;
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const whole = (rest + part.value).split("\n");
    rest = whole.pop();
    yield* whole;
  }
  // What has no end was cut off on the way.
  if (rest) throw new Unreadable("cut off");
}

// Everything after what the chain has, up to now.
async function follow(chain) {
  const download = new AbortController();
  const answer = await ask(`${address}?after=${chain.revision}`, download.signal);
  try {
    await takeAll(chain, lines(answer.body));
  } catch (error) {
    download.abort();
    throw error;
  }
  tell(chain);
}

async function takeAll(chain, entries) {
  let begun = performance.now();
  for await (const entry of entries) {
    await chain.take(entry);
    if (chain.revision === shown.revision && chain.head !== shown.head) throw new Broken(shown.revision, "head");
    if (performance.now() - begun < SPELL) continue;
    tell(chain);
    await breath();
    begun = performance.now();
  }
}

function tell({ revision: done }) {
  progress.max = Math.max(shown.revision, done, 1);
  progress.value = done;
  said.textContent = fill(strings.working, { n: done, all: progress.max });
}

// The first suggestion whose tally the site shows otherwise than the votes of the journal add up to.
const differing = (chain, suggestions) =>
  suggestions.find(({ id, tally }) => tally && String(tally) !== String(chain.tally(id)));

// Resolves with what is shown as it is now, once it is what the chain says. Throws Broken and Unreadable.
async function verify(chain) {
  await follow(chain);
  if (chain.revision < shown.revision) throw new Broken(chain.revision + 1, "missing");
  for (let turn = 1; ; turn += 1) {
    const present = await (await ask(state)).json();
    if (chain.revision < present.revision) await follow(chain);
    if (chain.revision < present.revision) throw new Broken(chain.revision + 1, "missing");
    const wrong = differing(chain, present.suggestions);
    if (!wrong) return present;
    // It may have been read while the next votes were counted.
    if (turn >= TURNS) throw new Broken(wrong.number, "shown");
    await breath();
  }
}

async function check() {
  const chain = new Chain();
  button.disabled = true;
  progress.hidden = said.hidden = false;
  hash.hidden = true;
  show("");
  tell(chain);
  try {
    const present = await verify(chain);
    const figures = { n: chain.revision, votes: chain.votes, ideas: present.suggestions.length };
    said.textContent = fill(strings.holds, { ...figures, head: chain.head });
    hash.textContent = strings[isNative(chain.kind) ? "native" : "own"];
    hash.hidden = false;
    show("success");
  } catch (error) {
    // TypeError: there is no network, or it was lost on the way.
    if (error instanceof Broken) said.textContent = fill(strings[error.why], { n: error.revision });
    else if (error instanceof Unreadable || error instanceof TypeError) said.textContent = strings.unreadable;
    else throw error;
    show("error");
  } finally {
    progress.hidden = true;
    button.disabled = false;
  }
}

function show(how) {
  said.className = how ? `notice ${how}` : "soft number";
}

button.addEventListener("click", check);
root.hidden = false;
