// What is open here is shown to the other moderators as taken: kept while somebody is at it, let go when the page is left.
const RENEW_EVERY = 20000;
const IDLE_AFTER = 120000;

export function keepClaim({ root, look }) {
  let active = performance.now();
  for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) {
    document.addEventListener(sign, () => (active = performance.now()), { passive: true, capture: true });
  }

  const token = () => root.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

  async function renew() {
    const item = document.getElementById("desk-item").dataset;
    if (!item.claim || item.taken || document.hidden || performance.now() - active > IDLE_AFTER) return;
    const answer = await fetch(item.claim, {
      method: "POST",
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      credentials: "same-origin",
    }).catch(() => null);
    if (answer?.status === 409) look();
  }

  setInterval(renew, RENEW_EVERY);
  window.addEventListener("pageshow", renew);
  window.addEventListener("pagehide", () => {
    const { release } = document.getElementById("desk-item").dataset;
    if (!release) return;
    const form = new FormData();
    form.set("csrfmiddlewaretoken", token());
    navigator.sendBeacon(release, form);
  });
}
