// The screen stays on, where the browser can see to that.

async function hold() {
  if (document.hidden || !navigator.wakeLock) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch (error) {
    // Refused, for want of power, say: then the screen does what it is set to.
    if (!(error instanceof DOMException)) throw error;
  }
}

export function stayAwake() {
  // A browser lets go of it whenever the page is hidden.
  document.addEventListener("visibilitychange", hold);
  hold();
}
