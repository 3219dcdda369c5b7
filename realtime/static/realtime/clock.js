// The server's clock, as its answers tell it, on the page's own monotonic time. An answer says when it was given, by
// the server, by a cache in between, or both, and for how long it has lain in caches. None of that can lie in the
// future, so the latest instant that is known is the best.

function answered(headers) {
  const told = [headers.get("X-Server-Time"), headers.get("Date")].map((word) => Date.parse(word ?? ""));
  const age = 1000 * Number(headers.get("Age") ?? 0);
  return Math.max(...told.filter((instant) => !Number.isNaN(instant)), -Infinity) + age;
}

export class ServerClock {
  // `instant`: an instant of the server that had passed at `at`, by the page's time.
  constructor(instant, at) {
    this.ahead = Date.parse(instant) - at;
  }

  // True when it has learned something.
  hear(headers) {
    const ahead = answered(headers) - performance.now();
    if (!(ahead > this.ahead)) return false;
    this.ahead = ahead;
    return true;
  }

  // The server's instant, by the page's time.
  when(instant) {
    return Date.parse(instant) - this.ahead;
  }
}
