// The topic page, live: one connection, one model of the state, and the parts of the page that draw it.

import { Connection } from "./connect.js";
import { Head } from "./head.js";
import { List } from "./list.js";
import { Model } from "./model.js";
import { Outbox } from "./outbox.js";
import { Shelf } from "./storage.js";
import { Writing } from "./writing.js";

const root = document.getElementById("topic");
const { topic, seed, order, voice } = root.dataset;
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const strings = json("strings");
const rules = json("rules");
const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const one = ({ suggestion }) => `${root.dataset.suggestions}/${suggestion}`;
const urls = {
  state: root.dataset.state,
  vote: () => root.dataset.votes,
  suggest: () => root.dataset.suggestions,
  edit: (fields) => `${one(fields)}/edit`,
  withdraw: (fields) => `${one(fields)}/withdraw`,
};

const model = new Model();
const kept = new Shelf("localStorage", `jianyan-${topic}-`);
const session = new Shelf("sessionStorage", `jianyan-${topic}-`);
const outbox = new Outbox(session, (frame) => connection.send(frame));
const head = new Head({ root, model, strings });
const list = new List({ root, model, outbox, strings, seed: Number(seed), order, voice: voice === "yes" });
const writing = new Writing({ root, model, outbox, shelf: kept, strings, rules, urls });
const budget = root.querySelector("#budget");
let greeted = null;

const connection = new Connection({
  topic,
  urls,
  csrf,
  revision: () => model.revision,
  onFrame: receive,
  onState: (state) => head.showConnection(state),
});

function receive(frame) {
  switch (frame.type) {
    case "welcome":
      welcomed(frame);
      break;
    case "update": {
      const closing = frame.phase?.name === "closed" && model.phase?.name !== "closed";
      if (model.update(frame) === "gap") connection.send({ type: "resync", revision: Math.max(0, model.revision) });
      else draw({ move: closing });
      break;
    }
    case "beacon":
      if (frame.revision > model.revision) connection.send({ type: "resync", revision: Math.max(0, model.revision) });
      else if (frame.people) {
        model.people = frame.people;
        head.refresh();
      }
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
      head.showNotice(strings.reload, "info");
      location.reload();
      break;
  }
}

function welcomed(frame) {
  const first = !model.ready;
  model.welcome(frame);
  // The first welcome of each connection: what has no answer yet is sent again under its old ref.
  if (greeted !== connection.socket || connection.socket === null) {
    greeted = connection.socket;
    outbox.sendAll();
  }
  draw({ move: first && list.rows.size === 0 });
}

function acknowledged(ref, suggestion) {
  const wish = outbox.answered(ref);
  if (suggestion) model.own(suggestion);
  if (!wish) return;
  if (wish.type === "vote") {
    model.setVote(wish.suggestion, wish.choice);
    list.complain(wish.suggestion, "");
  } else if (wish.type === "withdraw") {
    const own = model.mine.get(wish.suggestion);
    if (own) model.own({ ...own, status: "withdrawn" });
  } else writing.taken(wish);
}

function refused(frame) {
  if (frame.ref === undefined || frame.ref === null || outbox.refused(frame.ref, frame.code)) return;
  const wish = outbox.answered(frame.ref);
  if (!wish) return;
  if (wish.type === "vote") list.complain(wish.suggestion, frame.message);
  else writing.refused(wish, frame.message);
}

function draw(how) {
  if (!model.ready) return;
  list.refresh(how);
  writing.refresh();
  head.refresh();
  if (model.rules.budget !== null && voice === "yes") {
    const left = model.rules.budget - Object.keys(model.votes).length;
    budget.textContent = strings.budget.replace("{n}", left).replace("{all}", model.rules.budget);
    budget.hidden = false;
  }
}

root.querySelector("#list").addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.choice) return;
  event.preventDefault();
  const suggestion = Number(button.closest(".suggestion").dataset.id);
  const choice = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.choice;
  list.complain(suggestion, "");
  outbox.put({ type: "vote", suggestion, choice });
  draw();
});

root.querySelector("#orders").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-order]");
  if (!link || !model.ready) return;
  event.preventDefault();
  for (const other of root.querySelectorAll("#orders a")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  list.setOrder(link.dataset.order);
});

connection.start();
