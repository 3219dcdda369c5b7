// Wishes without an answer. They survive a reload, and are sent again under their old ref until one comes.

const AGAIN = new Set(["try_again", "rate_limited"]);
const WAIT = 2_000;
const A_DAY = 24 * 3600 * 1000;
export const PATIENCE = 4_000;

export function newRef() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Pages without https have no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Outbox {
  // `send(frame)` is true when the frame is on its way. `onLate()` is told when an answer is slow to come.
  constructor({ shelf, send, onLate }) {
    Object.assign(this, { shelf, send, onLate });
    const kept = (shelf.readObject("outbox") ?? []).filter(({ at }) => Date.now() - at < A_DAY);
    this.waiting = new Map(kept.map((wish) => [wish.frame.ref, wish]));
    this.underWay = new Set();
  }

  // A newer wish for the same suggestion takes the place of an older one: only the wanted end state counts.
  put(frame) {
    for (const [ref, { frame: other }] of this.waiting) {
      if (frame.type === "vote" && other.type === "vote" && other.suggestion === frame.suggestion) {
        this.waiting.delete(ref);
        this.underWay.delete(ref);
      }
    }
    const wish = { frame: { ref: newRef(), ...frame }, at: Date.now() };
    this.waiting.set(wish.frame.ref, wish);
    this.keep();
    this.post(wish);
    setTimeout(() => this.waiting.has(wish.frame.ref) && this.onLate(), PATIENCE);
  }

  post({ frame }) {
    if (this.send(frame)) this.underWay.add(frame.ref);
  }

  // There is a way again: what is not under way is sent.
  flush() {
    for (const wish of [...this.waiting.values()]) if (!this.underWay.has(wish.frame.ref)) this.post(wish);
  }

  // What was under way may be lost: one wish, or all of them.
  lost(ref = null) {
    if (ref === null) this.underWay.clear();
    else this.underWay.delete(ref);
  }

  // The wish that this answer is about; null for one that is not waited for.
  answered(ref) {
    const wish = this.waiting.get(ref);
    this.waiting.delete(ref);
    this.underWay.delete(ref);
    this.keep();
    return wish ? wish.frame : null;
  }

  // True when the refused wish is tried again by itself.
  triesAgain(ref, code) {
    const wish = this.waiting.get(ref);
    if (!wish || !AGAIN.has(code)) return false;
    setTimeout(() => {
      this.lost(ref);
      if (this.waiting.has(ref)) this.post(wish);
    }, WAIT * (1 + Math.random()));
    return true;
  }

  // The wish about a suggestion that has no answer yet: {frame, late}, or null.
  pending(type, suggestion = undefined) {
    for (const { frame, at } of this.waiting.values()) {
      if (frame.type === type && frame.suggestion === suggestion) return { frame, late: Date.now() - at >= PATIENCE };
    }
    return null;
  }

  keep() {
    if (this.waiting.size) this.shelf.write("outbox", JSON.stringify([...this.waiting.values()]));
    else this.shelf.remove("outbox");
  }
}
