// What is open here is shown to the other moderators as taken: kept while somebody is at it, let go when the page is left.
// A claim lasts a minute, so one that is not renewed is gone a minute after the last sign of life.
const LOOK_EVERY = 10000;

export function keepClaim({ root, look }) {
  let active = false;
  for (const sign of ["keydown", "input", "pointerdown", "pointermove", "wheel", "touchmove"]) {
    document.addEventListener(sign, () => (active = true), { passive: true, capture: true });
  }

  const token = () => root.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

  async function renew() {
    const item = document.getElementById("desk-item").dataset;
    if (!item.claim || item.taken || document.hidden) return;
    active = false;
    const answer = await fetch(item.claim, {
      method: "POST",
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      credentials: "same-origin",
    }).catch(() => null);
    if (answer?.status === 409) look();
  }

  setInterval(() => active && renew(), LOOK_EVERY);
  window.addEventListener("pageshow", (event) => event.persisted && renew());
  window.addEventListener("pagehide", () => {
    const { release } = document.getElementById("desk-item").dataset;
    if (!release) return;
    const form = new FormData();
    form.set("csrfmiddlewaretoken", token());
    navigator.sendBeacon(release, form);
  });
}
