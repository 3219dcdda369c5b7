// What goes on around the moderator: the topic's socket says that something has changed, and a look every five
// seconds finds what the socket does not carry (claims) or could not (a gateway that blocks it).
import { actionsSoFar, isActing } from "./requests.js";
import { inUse, replaceRegion, replaceRegions } from "./regions.js";

const LOOK_EVERY = 5000;
const AT_MOST_EVERY = 800;
const RECONNECT = { first: 1000, last: 15000 };
const SILENCE = 20000;

const HEADERS = () => ({ "HX-Request": "true", "HX-Current-URL": window.location.href });

async function ask(address) {
  const answer = await fetch(address, { headers: HEADERS(), credentials: "same-origin" });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) window.location.assign(elsewhere);
  return answer.ok ? answer.text() : null;
}

function number(name, value) {
  const place = document.querySelector(`[data-number="${name}"]`);
  if (place && value !== undefined && place.textContent !== String(value)) place.textContent = value;
}

function runClocks() {
  for (const clock of document.querySelectorAll(".desk-clock[data-remaining]")) {
    clock.until ??= performance.now() + Number(clock.dataset.remaining);
    const seconds = Math.max(0, Math.ceil((clock.until - performance.now()) / 1000));
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor((seconds % 86400) / 3600);
    const parts = [Math.floor((seconds % 3600) / 60), seconds % 60].map((part) => String(part).padStart(2, "0"));
    const time = hours || days ? [hours, ...parts].join(":") : parts.join(":");
    clock.textContent = days ? `${clock.dataset.days.replace("{n}", days)} ${time}` : time;
  }
}

// The opened suggestion is drawn anew when it has changed, unless that would take away what is being written.
async function followItem() {
  const state = document.getElementById("desk-state").dataset;
  const item = document.getElementById("desk-item");
  if (!item.dataset.item || "preview" in item.dataset || state.item !== item.dataset.item) return;
  if (state.edition === item.dataset.edition && state.taken === item.dataset.taken) return;
  if (inUse(item) || item.querySelector("details[data-panel][open]")) {
    document.getElementById("desk-stale").hidden = false;
    return;
  }
  const before = actionsSoFar();
  const html = await ask(item.dataset.address);
  if (html === null || isActing() || actionsSoFar() !== before) return;
  const answer = document.createElement("template");
  answer.innerHTML = html;
  replaceRegion(answer.content.querySelector("#desk-item"));
}

export function stayLive(root) {
  let revision = Number(root.dataset.revision);
  let posted;
  let last = 0;
  let waiting = null;

  async function look() {
    if (document.hidden || isActing()) return;
    const before = actionsSoFar();
    const html = await ask(root.dataset.pulse).catch(() => null);
    if (html === null || isActing() || actionsSoFar() !== before) return;
    replaceRegions(html);
    settle();
    await followItem().catch(() => null);
  }

  function settle() {
    const state = document.getElementById("desk-state").dataset;
    revision = Math.max(revision, Number(state.revision));
    number("posted", state.posted);
    number("voted", state.voted);
    const count = document.querySelector("#desk-queue [data-count=waiting]").textContent;
    document.querySelector("[data-copies=waiting]").textContent = count;
    const search = document.getElementById("desk-q");
    if (search !== document.activeElement) search.value = state.search;
    runClocks();
  }

  function lookSoon() {
    if (waiting !== null) return;
    waiting = setTimeout(
      () => {
        waiting = null;
        last = performance.now();
        look();
      },
      Math.max(100, AT_MOST_EVERY - (performance.now() - last)),
    );
  }

  function hear(frame) {
    if (frame.people) {
      number("here", frame.people.here);
      number("posted", frame.people.posted);
      number("voted", frame.people.voted);
    }
    if (!(frame.revision > revision)) return;
    revision = frame.revision;
    // A frame of votes alone changes nothing here but numbers; the next regular look shows them.
    const votesAlone = frame.type === "update" && frame.tallies?.length && !frame.suggestions?.length && !frame.themes;
    const people = frame.people?.posted;
    if (!votesAlone || (people !== undefined && people !== posted)) lookSoon();
    posted = people ?? posted;
  }

  function connect(delay) {
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(
      `${scheme}://${window.location.host}/ws/topics/${root.dataset.topic}/?revision=${revision}`,
    );
    let next = delay;
    let silence;
    const listening = () => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.close(), SILENCE);
    };
    listening();
    socket.addEventListener("message", (event) => {
      listening();
      next = RECONNECT.first;
      hear(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      clearTimeout(silence);
      number("here", "–");
      setTimeout(() => connect(Math.min(next * 2, RECONNECT.last)), next * (0.5 + Math.random()));
    });
  }

  setInterval(look, LOOK_EVERY);
  setInterval(runClocks, 500);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  document.addEventListener("htmx:afterSettle", settle);
  root.addEventListener("desk:opened", settle);
  runClocks();
  connect(RECONNECT.first);
  return { root, look };
}
