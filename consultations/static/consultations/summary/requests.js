// What a request may leave behind: a refusal is an answer too, and no answer is said. One request at a time, so that
// nobody is told that they were overtaken by themselves.
import { draw, giveUp } from "./draw.js";
import { sawAnswer } from "./edition.js";

let sending = 0;
let saving = null;

/** Whether an answer is awaited. */
export function isSending() {
  return sending > 0 || saving !== null;
}

/** Ask the server by oneself, when nothing else is asked; everything else waits meanwhile. */
export async function save(ask) {
  saving = ask();
  try {
    return await saving;
  } finally {
    saving = null;
  }
}

/** Whether an answer, of htmx or our own, has parts of this page in it, and not a proxy's words. */
export function isDrawn(header) {
  return header("X-Summary") === "regions";
}

export function say(id) {
  document.getElementById("summary-line").replaceChildren(document.getElementById(id).content.cloneNode(true));
}

function answered(root, { xhr, requestConfig }) {
  const { elt, triggeringEvent } = requestConfig;
  const form = elt instanceof HTMLFormElement ? elt : null;
  const succeeded = xhr.status < 400;
  const fold = form?.matches("[data-closes]") ? form.closest("details")?.querySelector("summary") : null;
  const stayed = fold ?? triggeringEvent?.submitter ?? document.activeElement;
  if (form) giveUp(form);
  if (stayed?.isConnected && stayed !== document.body) stayed.focus({ preventScroll: true });
  draw(xhr.responseText, { saved: succeeded ? form : null });
  if (succeeded) sawAnswer();
  else root.querySelector(".attempt textarea, [role=alert] ~ form textarea")?.focus();
}

export function listenToRequests(root) {
  root.addEventListener("click", (event) => {
    const ended = event.target.closest('[aria-disabled="true"]');
    if (ended) event.preventDefault();
    const split = event.target.closest("[data-split]");
    if (split) {
      const { first, text } = split.form.elements;
      first.value = text.value.slice(0, text.selectionStart);
    }
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) {
      event.preventDefault();
      const sentence = dismiss.closest(".sentence");
      dismiss.closest(".attempt").remove();
      sentence.focus();
    }
  });

  document.body.addEventListener("htmx:confirm", (event) => {
    if (saving === null) return;
    event.preventDefault();
    const go = () => event.detail.issueRequest(true);
    saving.then(go, go);
  });
  document.body.addEventListener("htmx:beforeRequest", () => {
    sending += 1;
  });

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    event.detail.shouldSwap = false;
    if (!isDrawn((name) => event.detail.xhr.getResponseHeader(name))) return;
    event.detail.isError = false;
    answered(root, event.detail);
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    sending -= 1;
    const header = (name) => event.detail.xhr.getResponseHeader(name);
    if (!isDrawn(header) && !header("HX-Redirect")) say("summary-no-answer");
  });
}
