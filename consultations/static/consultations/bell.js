// How many notifications are new, beside the bell: asked when something of the reader's has changed, and once a minute
// while somebody looks. Without this module the page says what was so when it was drawn.

const bell = document.querySelector(".bell");
const MINUTE = 60_000;
// A hall that is told of one step does not ask in one instant.
const SPREAD = 2_000;

let asked = Date.now();
let waiting = null;

function show(unread) {
  bell.querySelector(".bell-count").textContent = unread > 99 ? "99+" : String(unread);
  bell.querySelector(".bell-new").hidden = unread === 0;
}

async function ask() {
  waiting = null;
  asked = Date.now();
  try {
    const answer = await fetch(bell.dataset.unread, { headers: { Accept: "application/json" } });
    if (answer.ok) show((await answer.json()).unread);
  } catch {
    // No network: the next minute asks again.
  }
}

function askSoon() {
  waiting ??= setTimeout(ask, Math.random() * SPREAD);
}

function askIfOld() {
  if (document.visibilityState === "visible" && Date.now() - asked >= MINUTE) askSoon();
}

document.addEventListener("own-changed", askSoon);
document.addEventListener("visibilitychange", askIfOld);
setInterval(askIfOld, MINUTE / 4);
