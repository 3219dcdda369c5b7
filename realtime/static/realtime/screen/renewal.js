// What the server alone knows how to draw is taken out of the page as it is now; the screen itself stays.

const PAUSE = 5_000;
const LONGEST = 60_000;

// The page as the server draws it now; null where it cannot be had, or where somebody would have to sign in for it.
export async function fetched() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

export class Renewal {
  // `parts`: ids of what is exchanged. `onRenewed(root)`: with the screen of the fetched page.
  constructor({ parts, onRenewed }) {
    Object.assign(this, { parts, onRenewed });
    this.timer = null;
    this.failures = 0;
  }

  // Until a page has come that `serves`; a later wish replaces an earlier one.
  ask(serves = () => true) {
    clearTimeout(this.timer);
    this.failures = 0;
    this.attempt(serves);
  }

  async attempt(serves) {
    const mine = (this.current = Symbol("attempt"));
    const page = await fetched();
    if (mine !== this.current) return;
    const root = page?.getElementById("screen");
    // The screen of a deliberation has gone on to another topic.
    if (root && root.dataset.topic !== document.getElementById("screen").dataset.topic) {
      location.reload();
      return;
    }
    if (!root || !serves(root)) {
      const pause = Math.min(LONGEST, PAUSE * 2 ** this.failures++);
      this.timer = setTimeout(() => this.attempt(serves), pause);
      return;
    }
    for (const id of this.parts) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
    this.onRenewed(root);
  }
}

// Load the page as a whole, once it is there: on a wall nobody presses a key when a browser says that it found nothing.
export async function reloadOnceThere(pause = PAUSE) {
  if ((await fetched()) !== null) location.reload();
  else setTimeout(() => reloadOnceThere(Math.min(LONGEST, 2 * pause)), pause);
}
