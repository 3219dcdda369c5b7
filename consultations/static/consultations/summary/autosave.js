// Words are saved by themselves two seconds after the last key, and when their box is left. Where somebody else was
// first, both texts are shown, as after the button.
import { draw, giveUp } from "./draw.js";
import { sawAnswer } from "./edition.js";
import { isDrawn, isSending, save } from "./requests.js";
import { isTyped } from "./typed.js";

const PAUSE = 2000;
const AGAIN = 10000;
const BUSY = 200;

const timers = new WeakMap();

function say(form, words) {
  form.querySelector(".saved").textContent = words;
}

function later(root, form, pause) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => store(root, form), pause));
}

// The words as they are now, also those typed since they were sent, go to where both texts stand.
function showBoth(form, html) {
  const active = document.activeElement;
  const typing = form.contains(active) && "selectionStart" in active ? active.name : null;
  const caret = typing ? [active.selectionStart, active.selectionEnd] : null;
  const words = ["text", "opening"].map((name) => [name, form.elements[name]?.value]);
  const unit = form.closest("[data-unit]").id;
  giveUp(form);
  draw(html);
  const { elements } = document.querySelector(`#${unit} [role=alert] form, #${unit} [role=alert] ~ form`);
  for (const [name, value] of words) if (value !== undefined) elements[name].value = value;
  if (!typing) return;
  elements[typing].focus();
  elements[typing].setSelectionRange(...caret);
}

async function send(root, form) {
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { "HX-Request": "true", "X-Autosave": "1" },
    credentials: "same-origin",
    body: new URLSearchParams(new FormData(form)),
  });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (!isDrawn((name) => answer.headers.get(name))) {
    // Signed out, or submitted meanwhile: the words stay here, and the button says where to go on.
    say(form, root.dataset.unsaved);
    if (!elsewhere) later(root, form, AGAIN);
    return;
  }
  const html = await answer.text();
  if (answer.ok) {
    draw(html, { saved: form });
    say(form, root.dataset.saved.replace("{time}", answer.headers.get("X-Saved")));
    sawAnswer();
  } else {
    showBoth(form, html);
  }
}

function store(root, form) {
  clearTimeout(timers.get(form));
  if (!form.isConnected || !isTyped(form) || !form.checkValidity()) return;
  if (isSending()) {
    later(root, form, BUSY);
    return;
  }
  save(() => send(root, form)).catch((failure) => {
    if (!(failure instanceof TypeError)) throw failure;
    say(form, root.dataset.unsaved);
    later(root, form, AGAIN);
  });
}

export function saveByItself(root) {
  root.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (!form) return;
    say(form, "");
    later(root, form, PAUSE);
  });
  root.addEventListener("focusout", (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (form && !form.contains(event.relatedTarget)) store(root, form);
  });
}
