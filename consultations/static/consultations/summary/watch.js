// What others do appears by itself: while the page is looked at, the server is asked every ten seconds whether the
// summary is still the edition that is shown, and draws everything anew where it is not.
import { draw } from "./draw.js";
import { drawnEdition, sawAll, seenEdition } from "./edition.js";
import { isDrawn, isSending, say } from "./requests.js";
import { isTyped } from "./typed.js";

const LOOK_EVERY = 10000;

let looking = null;

async function look(root) {
  if (document.hidden || isSending()) return;
  const before = drawnEdition();
  const address = `${root.dataset.changes}?edition=${seenEdition()}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) {
    clearInterval(looking);
    if ([...root.querySelectorAll("form[id]")].some(isTyped)) say("summary-gone");
    else window.location.assign(elsewhere);
    return;
  }
  if (answer.status !== 200 || !isDrawn((name) => answer.headers.get(name))) return;
  const html = await answer.text();
  // What was asked for before something of ours was answered may be older than that.
  if (isSending() || drawnEdition() !== before) return;
  draw(html);
  sawAll();
}

export function watch(root) {
  sawAll();
  const lookNow = () => look(root).catch((failure) => {
    // No network: the next look will tell.
    if (!(failure instanceof TypeError)) throw failure;
  });
  looking = setInterval(lookNow, LOOK_EVERY);
  document.addEventListener("visibilitychange", lookNow);
}
