// The topic page, live: one connection, one model of the state, and the parts of the page that draw it.

import { beginning } from "./begin.js";
import { Cards } from "./cards.js";
import { Connection } from "./connect.js";
import { Flags } from "./flags.js";
import { Head } from "./head.js";
import { List } from "./list.js";
import { Model } from "./model.js";
import { IN_TIME, OwnPanel, together } from "./own.js";
import { Outbox } from "./outbox.js";
import { Similar } from "./similar.js";
import { Speech } from "./speech.js";
import { Shelf } from "./storage.js";
import { Writing } from "./writing.js";

const root = document.getElementById("topic");
const { topic, user, seed, order, opens } = root.dataset;
const voice = root.dataset.voice === "yes";
const strings = JSON.parse(document.getElementById("strings").textContent);
const one = ({ suggestion }) => `${root.dataset.suggestions}/${suggestion}`;
const urls = {
  state: root.dataset.state,
  vote: () => root.dataset.votes,
  suggest: () => root.dataset.suggestions,
  edit: (fields) => `${one(fields)}/edit`,
  withdraw: (fields) => `${one(fields)}/withdraw`,
};

const model = new Model();
const first = beginning(root);
model.welcome(first);

// By member: whoever signs in next on this device sends nothing in another's name.
const shelf = new Shelf(`jianyan-${user || "guest"}-${topic}-`);
const outbox = new Outbox({ shelf, send: (frame) => connection.send(frame), onLate: draw });
const head = new Head({ root, model, strings, opensAt: first.came + Number(opens) });
const list = new List({ root, model, outbox, strings, seed: Number(seed), order, voice });
const writing = voice ? new Writing({ root, model, outbox, shelf, strings }) : null;
const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const similar = voice ? new Similar({ root, model, outbox, writing, list, strings, csrf, onChange: draw }) : null;
const cards = voice ? new Cards({ root, model, outbox, strings, urls }) : null;
const panel = root.querySelector("#own-panel");
const own = panel ? new OwnPanel({ panel, onDrawn: drawn }) : null;
list.joined = own?.joined() ?? list.joined;
model.signed = own?.signed() ?? model.signed;
new Flags({ root, strings, onTaken: () => own?.refresh(0) });
const speech = new Speech(root.querySelector("#spoken"));
const budget = root.querySelector("#budget");
let greeted = false;

const connection = new Connection({
  topic,
  urls,
  csrf,
  revision: () => model.revision,
  onFrame: receive,
  onWay: () => outbox.flush(),
  onLost: (ref) => outbox.lost(ref),
  onState: (state) => head.showConnection(state),
});

function receive(frame) {
  switch (frame.type) {
    case "welcome":
      welcomed(frame);
      // The first one says what the page has said already; a later one, that something of its reader's is new.
      if (frame.me && greeted) document.dispatchEvent(new Event("own-changed"));
      greeted = true;
      break;
    case "update":
      follow(() => {
        const how = model.update(frame);
        if (how === "gap") connection.resync();
        return how === "applied";
      });
      break;
    case "beacon":
      if (frame.revision > model.revision) connection.resync();
      else if (frame.people) follow(() => (model.people = frame.people));
      break;
    case "ack":
      for (const ref of frame.refs) acknowledged(ref, frame.suggestion);
      draw();
      break;
    case "refused":
      refused(frame);
      draw();
      break;
    case "notice":
      head.showNotice(frame.text, frame.level);
      break;
    case "reload":
      reload();
      break;
    default:
      // A frame of a later version that changes nothing here.
  }
}

// An own part that comes over a live connection says that something of one's own has changed just now.
function welcomed(frame) {
  const known = model.revision;
  const before = JSON.stringify(statuses());
  follow(() => model.welcome(frame));
  if (!frame.me || frame.revision === known) return;
  const mine = JSON.stringify(statuses()) !== before;
  const others = mine ? 0 : (model.people?.here ?? 0);
  own?.refresh(connection.isLive ? together(others) : IN_TIME);
}

function drawn(news) {
  list.joined = own.joined();
  model.signed = own.signed();
  draw(news);
}

// Take what came, then draw and say what it changed.
function follow(take) {
  const before = { phase: model.phase.name, mine: statuses() };
  if (!take()) return;
  if (model.phase.name === "closed" && before.phase !== "closed") head.showClosing();
  const news = Object.entries(statuses())
    .filter(([id, status]) => before.mine[id] && before.mine[id] !== status)
    .map(([, status]) => strings.said_own.replace("{status}", strings[`status_${status}`]));
  draw(news.join(" "));
}

function statuses() {
  return Object.fromEntries([...model.mine.values()].map(({ id, status }) => [id, status]));
}

function acknowledged(ref, suggestion) {
  const wish = outbox.answered(ref);
  if (suggestion) model.own(suggestion);
  if (!wish) return;
  switch (wish.type) {
    case "vote":
      model.setVote(wish.suggestion, wish.choice);
      list.complain(wish.suggestion, "");
      break;
    case "suggest":
      writing?.taken(wish.text);
      // Whether something in the text is masked for others stands in the panel alone.
      own?.refresh(0);
      break;
    case "edit":
      cards?.taken(wish.suggestion);
      own?.refresh(0);
      break;
    case "withdraw":
      model.own({ ...model.mine.get(wish.suggestion), status: "withdrawn" });
      break;
  }
}

function refused({ ref, code, message }) {
  if (!ref || outbox.triesAgain(ref, code)) return;
  const wish = outbox.answered(ref);
  if (!wish) return;
  if (wish.type === "vote") list.complain(wish.suggestion, message);
  else if (wish.type === "suggest") writing?.refused(message);
  else cards?.complain(wish.suggestion, message);
}

function draw(news = "") {
  list.refresh();
  writing?.refresh();
  similar?.refresh();
  cards?.refresh();
  speech.say(head.refresh(), news);
  if (model.rules.budget !== null && voice) {
    const left = Math.max(0, model.rules.budget - Object.keys(model.votes).length);
    budget.textContent = strings.budget.replace("{n}", left).replace("{all}", model.rules.budget);
  }
}

// Once in a minute at most: a page that stays old would load itself for ever.
function reload() {
  head.showNotice(strings.reload, "info");
  if (Date.now() - Number(shelf.read("reloaded") ?? 0) < 60_000) return;
  shelf.write("reloaded", String(Date.now()));
  location.reload();
}

root.querySelector("#list").addEventListener("click", (event) => {
  const button = event.target.closest("[data-choice]");
  if (!button || button.disabled) return;
  event.preventDefault();
  const suggestion = Number(button.value);
  const choice = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.choice;
  list.complain(suggestion, "");
  outbox.put({ type: "vote", suggestion, choice });
  draw();
});

root.querySelector("#orders").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-order]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  for (const other of root.querySelectorAll("#orders a")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  history.replaceState(null, "", link.href);
  list.setOrder(link.dataset.order);
});

draw();
connection.start();
