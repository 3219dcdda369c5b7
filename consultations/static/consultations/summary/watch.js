// What others do appears by itself: while the page is looked at, the server is asked every ten seconds whether the
// summary is still the edition that is shown, and draws everything anew where it is not.
import { draw } from "./draw.js";
import { isDrawn, isSending, say } from "./requests.js";
import { isTyped } from "./typed.js";

const LOOK_EVERY = 10000;

let seen = 0;
let looking = null;

const drawnEdition = () => Number(document.getElementById("summary-overview").dataset.edition);

/** After an answer to something of ours: if that made the very next edition, nobody else has changed anything. */
export function sawAnswer() {
  if (drawnEdition() === seen + 1) seen += 1;
}

async function look(root) {
  if (document.hidden || isSending()) return;
  const before = drawnEdition();
  const address = `${root.dataset.changes}?edition=${seen}`;
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
  seen = drawnEdition();
}

export function watch(root) {
  seen = drawnEdition();
  const lookNow = () => look(root).catch((failure) => {
    // No network: the next look will tell.
    if (!(failure instanceof TypeError)) throw failure;
  });
  looking = setInterval(lookNow, LOOK_EVERY);
  document.addEventListener("visibilitychange", lookNow);
}
