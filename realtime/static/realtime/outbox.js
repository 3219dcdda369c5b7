// Wishes without an answer. They survive a reload, and are sent again under their old ref until one comes.

const AGAIN = new Set(["try_again", "rate_limited"]);
const WAIT = 2_000;

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
  // `send(frame)` answers whether the frame is on its way.
  constructor(shelf, send) {
    this.shelf = shelf;
    this.send = send;
    this.waiting = new Map(JSON.parse(shelf.read("outbox") ?? "[]").map((frame) => [frame.ref, frame]));
  }

  // A newer wish for the same suggestion takes the place of an older one: only the wanted end state counts.
  put(frame) {
    for (const [ref, other] of this.waiting) {
      if (frame.type === "vote" && other.type === "vote" && other.suggestion === frame.suggestion) {
        this.waiting.delete(ref);
      }
    }
    const wish = { ...frame, ref: frame.ref ?? newRef() };
    this.waiting.set(wish.ref, wish);
    this.keep();
    this.send(wish);
    return wish.ref;
  }

  sendAll() {
    for (const wish of this.waiting.values()) this.send(wish);
  }

  // The wish that this answer is about; null for one that is not waited for.
  answered(ref) {
    const wish = this.waiting.get(ref) ?? null;
    this.waiting.delete(ref);
    this.keep();
    return wish;
  }

  // True when the wish is tried again by itself.
  refused(ref, code) {
    const wish = this.waiting.get(ref);
    if (!wish || !AGAIN.has(code)) return false;
    setTimeout(() => this.waiting.has(ref) && this.send(wish), WAIT * (1 + Math.random()));
    return true;
  }

  // The choice wished for and not yet answered; undefined when there is none.
  choice(suggestion) {
    for (const wish of this.waiting.values()) {
      if (wish.type === "vote" && wish.suggestion === suggestion) return wish.choice;
    }
    return undefined;
  }

  has(type, suggestion = undefined) {
    return [...this.waiting.values()].some((wish) => wish.type === type && wish.suggestion === suggestion);
  }

  keep() {
    this.shelf.write("outbox", JSON.stringify([...this.waiting.values()]));
  }
}
