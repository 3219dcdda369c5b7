// Following without an account: the state is asked for every few seconds, and only what changed is drawn anew.

import { beginning } from "./begin.js";
import { ServerClock } from "./clock.js";
import { Head } from "./head.js";
import { List } from "./list.js";
import { Model } from "./model.js";
import { Speech } from "./speech.js";

const PAUSE = 2_000;
const LONGEST = 30_000;
// An older state comes from a server that lags; one that stays older, from a server that was restored.
const LAGS = 5;
// With no finger on the page for so long, the list puts itself in order: on a wall nobody taps.
const UNTOUCHED = 15_000;

const root = document.getElementById("topic");
const { state, now, order, seed, opens } = root.dataset;
const strings = JSON.parse(document.getElementById("strings").textContent);
// Nobody here has wishes that wait for an answer.
const outbox = { pending: () => null };

const model = new Model();
const first = beginning(root);
model.welcome(first);

const clock = new ServerClock(now, first.came);
const opensAt = new Date(Date.parse(now) + Number(opens)).toISOString();
const head = new Head({ root, model, strings, opensAt: first.came + Number(opens) });
const list = new List({ root, model, outbox, strings, seed: Number(seed), order, voice: false });
const speech = new Speech(root.querySelector("#spoken"));

let { etag } = root.dataset;
let seenAt = now;
let older = 0;
let failures = 0;
let touched = performance.now();
let timer = null;
let stopped = false;

async function poll() {
  clearTimeout(timer);
  if (stopped || document.hidden) return;
  const answer = await ask();
  if (answer) await hear(answer);
  failures = answer && answer.status < 500 ? 0 : failures + 1;
  if (!stopped) timer = setTimeout(poll, Math.min(LONGEST, PAUSE * 2 ** failures) * (1 + Math.random() / 2));
}

// The answer, or null when there is no network.
async function ask() {
  try {
    return await fetch(state, { headers: { Accept: "application/json", "If-None-Match": etag }, cache: "no-store" });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    head.showConnection("offline");
    return null;
  }
}

async function hear(answer) {
  if ([403, 404].includes(answer.status)) {
    stopped = true;
    head.showConnection("out");
    return;
  }
  head.showConnection(answer.ok || answer.status === 304 ? "live" : "connecting");
  const learned = clock.hear(answer.headers);
  if (answer.ok) take(await answer.json(), answer.headers.get("ETag"));
  else if (learned) tell(model.phase);
}

function take(frame, tag) {
  older = frame.revision < model.revision ? older + 1 : 0;
  if (older > 0 && older < LAGS) return;
  const was = model.phase.name;
  etag = tag;
  seenAt = frame.now;
  // Who is here is not counted where everybody is told the same.
  model.welcome({ ...frame, people: null, came: clock.when(seenAt) });
  tell(frame.phase);
  if (was !== "closed" && frame.phase.name === "closed") close();
  draw();
}

function tell(phase) {
  model.setPhase(phase, clock.when(seenAt));
  head.opensAt = clock.when(opensAt);
}

// The final order, as the server has it after closing.
function close() {
  head.showClosing();
  choose(root.querySelector('#orders [data-order="support"]'));
}

function choose(link) {
  for (const other of root.querySelectorAll("#orders a")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  list.setOrder(link.dataset.order);
}

function draw() {
  list.refresh();
  if (!list.pill.hidden && performance.now() - touched > UNTOUCHED) list.arrange();
  speech.say(head.refresh());
}

root.querySelector("#orders").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-order]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.replaceState(null, "", link.href);
  choose(link);
});

for (const touch of ["pointerdown", "keydown", "wheel", "touchstart", "scroll"]) {
  window.addEventListener(touch, () => (touched = performance.now()), { passive: true });
}
document.addEventListener("visibilitychange", poll);
window.addEventListener("online", poll);

draw();
poll();
