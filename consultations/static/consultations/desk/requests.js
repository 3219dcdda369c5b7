// What a moderator does goes through htmx. Here: refusals are shown, typed text survives, focus goes where the eye goes.
import { forgetRegion, inUse, say } from "./regions.js";

const REFUSALS = new Set([409, 422, 429]);
let actions = 0;
let under = 0;

/** Rises with every action; an answer asked for before the last one is older than what is shown. */
export function actionsSoFar() {
  return actions;
}

/** Whether an action waits for its answer. */
export function isActing() {
  return under > 0;
}

export function listenToRequests(root) {
  let asking = null;
  let refused = false;

  root.addEventListener("htmx:beforeRequest", (event) => {
    actions += 1;
    under += 1;
    asking = event.detail.elt;
    root.setAttribute("aria-busy", "true");
  });
  root.addEventListener("htmx:afterRequest", () => {
    under = Math.max(0, under - 1);
    if (!under) root.removeAttribute("aria-busy");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    refused = event.detail.xhr.status >= 400;
    if (REFUSALS.has(event.detail.xhr.status) && event.detail.serverResponse.includes('id="desk-line"')) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target } = event.detail;
    // The asking form may have left the page with its region: then the region was drawn from the answer already.
    // After a refusal its words are still to be used.
    const own = !refused && asking && target.contains(asking);
    if (target.id !== "desk-item" && target.id !== "desk-line" && !own && inUse(target)) {
      event.detail.shouldSwap = false;
    }
  });

  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const { id } = event.detail.target;
    forgetRegion(id);
    queueMicrotask(() => document.dispatchEvent(new CustomEvent("desk:drawn", { detail: id })));
    if (id === "desk-line") document.getElementById(id).scrollIntoView({ block: "nearest" });
    if (id !== "desk-item") return;
    root.dataset.view = "item";
    // The region was replaced: the element of that id is the new one only after this event.
    queueMicrotask(() => {
      const start = document.querySelector("#desk-item [data-focus]:not(details *)");
      (start ?? document.getElementById("desk-item-title"))?.focus({ preventScroll: true });
      document.querySelector(".desk-middle").scrollTop = 0;
      if (window.matchMedia("(max-width: 63.99em)").matches) window.scrollTo(0, 0);
      root.dispatchEvent(new CustomEvent("desk:opened"));
    });
  });

  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    root.addEventListener(failure, () => say("desk-no-answer"));
  }
  root.addEventListener("htmx:responseError", () => say("desk-failed"));
}
