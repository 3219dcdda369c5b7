// The big screen: the same socket, model and rules as on everybody's phone, drawn to be read from the last row.

import { Connection } from "./connect.js";
import { clock } from "./head.js";
import { Model } from "./model.js";
import { stayAwake } from "./screen/awake.js";
import { Band } from "./screen/band.js";
import { Board, leading } from "./screen/board.js";
import { fit } from "./screen/fit.js";
import { Renewal, fetched, reloadOnceThere } from "./screen/renewal.js";

const SOON = 120_000;
// A hiccup is not said; what lasts, is.
const QUIET = 5_000;
// Over a whole day even a good clock goes astray.
const COMPARE = 600_000;
const SIGN_IN_AGAIN = 30_000;
const NEXT_TOPIC = 20_000;

const root = document.getElementById("screen");
const strings = JSON.parse(document.getElementById("strings").textContent);
const part = (id) => document.getElementById(id);

const model = new Model();
const board = new Board(root);
const band = new Band(part("notice"), fitAll);
// The server's instants by the page's own clock: what the wall clock of this computer says is not asked.
let ahead = null;
let ticking = null;
let saying = null;
let fitted = "";

const connection = new Connection({
  topic: root.dataset.topic,
  urls: { state: root.dataset.state },
  csrf: "",
  counted: false,
  revision: () => model.revision,
  onFrame: receive,
  onWay: () => {},
  onLost: () => {},
  onState: say,
});

const renewal = new Renewal({
  parts: ["head", "when", "question", "join", "seal"],
  onRenewed: (fresh) => {
    root.dataset.opens = fresh.dataset.opens;
    draw();
    fitAll();
  },
});

function receive(frame) {
  switch (frame.type) {
    case "welcome":
      ahead = Date.parse(frame.now) - performance.now();
      if (model.welcome(frame)) draw();
      break;
    case "update":
      updated(frame);
      break;
    case "beacon":
      if (frame.revision > model.revision) connection.resync();
      else if (frame.people) {
        model.people = frame.people;
        drawNumbers();
      }
      break;
    case "notice":
      band.show(frame.text, frame.level);
      break;
    case "reload":
      reloadOnceThere();
      break;
    default:
    // Answers to wishes are for those who have some.
  }
}

function updated(frame) {
  const before = model.phase?.name;
  const how = model.update(frame);
  if (how === "gap") connection.resync();
  if (how !== "applied") return;
  draw();
  // Question and times may be set anew until the opening, and themes come with them.
  if (before === "announced" && frame.themes) renewal.ask();
}

function viewOf(phase) {
  if (phase.name === "closed") return "closed";
  if (phase.name !== "open") return "waiting";
  return phase.paused ? "paused" : "live";
}

function draw() {
  if (model.phase === null) return;
  const view = viewOf(model.phase);
  const was = root.dataset.view;
  const all = [...model.suggestions.values()];
  const counted = isCounted();
  root.dataset.view = view;
  root.dataset.counted = counted ? "yes" : "no";
  drawFeatured(all.find((one) => one.featured));
  const most = Number(view === "closed" ? root.dataset.result : root.dataset.top);
  board.draw(leading(all, counted).slice(0, most), counted);
  drawNumbers();
  // Measuring costs, and votes come four times a second.
  const words = [view, part("featured").hidden, part("featured-text").textContent].join("\n");
  if (words !== fitted) fitAll();
  fitted = words;
  tick();
  // The entry that closed the topic is in no frame.
  if (view === "closed" && was !== "closed") renewal.ask((fresh) => fresh.dataset.view === "closed");
}

// While counts are hidden, nothing is in an order that would tell them either. They may come a moment after the end.
function isCounted() {
  const told = [...model.suggestions.values()].every((one) => one.tally);
  return told && (model.phase.name === "closed" || model.rules.tallies === "live");
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function drawFeatured(one) {
  part("featured").hidden = !one;
  if (!one) return;
  for (const name of ["number", "author", "sector"]) setText(part(`featured-${name}`), String(one[name]));
  setText(part("featured-text").querySelector("bdi"), one.text);
}

function drawNumbers() {
  const { people } = model;
  const all = [...model.suggestions.values()].filter((one) => one.merged_into === null);
  setText(part("ideas"), String(model.suggestions.size));
  setText(part("votes"), isCounted() ? String(all.reduce((sum, one) => sum + one.tally[0], 0)) : "–");
  if (!people) return;
  for (const name of ["here", "posted", "voted"]) setText(part(name), String(people[name]));
}

function fitAll() {
  fit(root.querySelector(".screen-title"), "title");
  for (const words of root.querySelectorAll(".screen-words")) if (words.offsetParent) fit(words, "words");
}

// ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function tick() {
  clearTimeout(ticking);
  const left = drawTime();
  // Just after the second has changed; once a minute where days are counted.
  if (left > 0) ticking = setTimeout(tick, Math.min(left % 1000, 60_000) + 10);
}

// Milliseconds that remain until the next phase.
function drawTime() {
  const time = part("time");
  const { name, paused } = model.phase;
  let left = 0;
  let text = strings.closed;
  let word = "";
  if (name === "open") {
    left = model.remaining("closes_ms");
    text = clock(left, strings);
    word = paused ? strings.paused : strings.closes_in;
  } else if (name !== "closed") {
    left = Math.max(0, Date.parse(root.dataset.opens) - ahead - performance.now());
    text = left > 0 ? clock(left, strings) : strings.opening;
    word = left > 0 ? strings.opens_in : "";
  }
  setText(time, text);
  setText(part("clock-word"), word);
  time.classList.toggle("words", !/^[\d:]+$/.test(text));
  time.classList.toggle("soon", name === "open" && !paused && left < SOON);
  return left;
}

// ── Staying there ───────────────────────────────────────────────────────────────────────────────────────────────────

function say(state) {
  const line = part("connection");
  if (state === "live" || state === "polling") {
    clearTimeout(saying);
    saying = null;
    line.hidden = true;
    return;
  }
  if (state === "out") setTimeout(reloadOnceThere, SIGN_IN_AGAIN);
  setText(line, state === "out" ? strings.out : strings.connecting);
  saying ??= setTimeout(() => (line.hidden = false), QUIET);
}

// Of a deliberation: whether another topic is on now.
async function follow() {
  const page = await fetched();
  const next = page?.getElementById("screen")?.dataset.topic;
  if (next && next !== root.dataset.topic) location.reload();
}

window.addEventListener("resize", () => model.phase && fitAll());
setInterval(() => connection.resync(), COMPARE);
if (root.dataset.follows === "yes") setInterval(follow, NEXT_TOPIC);
stayAwake();
fitAll();
connection.start();
