// Staying connected: a socket; once it has failed twice, polling beside further attempts.

const PROTOCOL = 1;
const SILENCE = 20_000;
const POLL = 3_000;
const FIRST = 1_000;
const LONGEST = 15_000;
const AWAKE = 2_000;
const ANSWER = 10_000;
// Not signed in, not allowed, no such topic: trying again changes nothing.
const GIVE_UP = new Set([4401, 4403, 4404]);
// The same over HTTP: another session than the page's, or one that may do nothing yet.
const OTHER_SESSION = new Set(["csrf_failed", "password_change_needed"]);

export class Connection {
  // `counted`: false for a screen, before which nobody sits. `revision()`: the last one seen, or -1. `onFrame(frame)`. `onWay()`: frames can be sent (again).
  // `onLost(ref | null)`: a frame, or all of them, may not have arrived. `onState("live"|"connecting"|…)`.
  constructor({ topic, urls, csrf, counted = true, revision, onFrame, onWay, onLost, onState }) {
    Object.assign(this, { topic, urls, csrf, counted, revision, onFrame, onWay, onLost, onState });
    this.socket = null;
    this.failures = 0;
    this.stopped = false;
    this.retryTimer = this.silenceTimer = this.pollTimer = null;
  }

  start() {
    window.addEventListener("online", () => this.wake());
    window.addEventListener("offline", () => this.drop());
    window.addEventListener("pageshow", (event) => event.persisted && this.now());
    document.addEventListener("visibilitychange", () => !document.hidden && this.wake());
    this.open();
  }

  // Whether this socket has been welcomed before.
  get isLive() {
    return Boolean(this.socket?.greeted);
  }

  // True when the frame is on its way; false when there is no way just now.
  send(frame) {
    if (this.socket?.greeted && this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(frame));
      return true;
    }
    if (this.pollTimer === null) return false;
    this.post(frame);
    return true;
  }

  resync() {
    this.send({ type: "resync", revision: Math.max(0, this.revision()) });
  }

  // ── Socket ──────────────────────────────────────────────────────────────────────────────────────────────────────

  open() {
    clearTimeout(this.retryTimer);
    if (this.stopped) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const seen = this.revision() >= 0 ? `&revision=${this.revision()}` : "";
    const asked = `protocol=${PROTOCOL}${seen}${this.counted ? "" : "&counted=no"}`;
    const socket = new WebSocket(`${scheme}//${location.host}/ws/topics/${this.topic}/?${asked}`);
    this.socket = socket;
    this.listen();
    socket.addEventListener("message", (event) => socket === this.socket && this.received(socket, JSON.parse(event.data)));
    socket.addEventListener("close", (event) => socket === this.socket && this.closed(event.code));
  }

  received(socket, frame) {
    this.listen();
    this.onFrame(frame);
    if (socket.greeted || frame.type !== "welcome") return;
    // Only now: a server that accepts and closes again has not been reached.
    socket.greeted = true;
    this.failures = 0;
    this.stopPolling();
    this.onLost(null);
    this.onState("live");
    this.onWay();
  }

  // From now on a frame has to come within the time of silence.
  listen(limit = SILENCE, otherwise = () => this.drop()) {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(otherwise, limit);
  }

  drop() {
    const socket = this.socket;
    if (socket === null) return;
    this.socket = null;
    socket.close();
    this.closed(0);
  }

  closed(code) {
    clearTimeout(this.silenceTimer);
    clearTimeout(this.retryTimer);
    this.socket = null;
    this.onLost(null);
    if (GIVE_UP.has(code)) {
      this.giveUp();
      return;
    }
    this.failures += 1;
    if (this.failures >= 2) this.startPolling();
    else this.onState(navigator.onLine ? "connecting" : "offline");
    const longest = Math.min(LONGEST, FIRST * 2 ** (this.failures - 1));
    this.retryTimer = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  giveUp() {
    this.stopped = true;
    this.stopPolling();
    clearTimeout(this.retryTimer);
    this.onState("out");
  }

  // The network is back, or the page: do not wait for the next attempt.
  now() {
    if (this.stopped || this.socket !== null) return;
    this.open();
  }

  // After sleep a socket may look open, or about to open, and be dead: ask, do not wait long for the answer, and do not
  // pause then.
  wake() {
    if (this.socket === null) {
      this.now();
      return;
    }
    this.resync();
    this.listen(AWAKE, () => {
      this.drop();
      this.now();
    });
  }

  // ── Polling ─────────────────────────────────────────────────────────────────────────────────────────────────────

  startPolling() {
    if (this.pollTimer !== null) return;
    this.pollTimer = setInterval(() => this.poll(), POLL);
    this.poll();
  }

  stopPolling() {
    clearInterval(this.pollTimer);
    this.pollTimer = null;
  }

  async poll() {
    if (document.hidden) return;
    const seen = this.revision() >= 0 ? `?revision=${this.revision()}` : "";
    const answer = await this.ask(this.urls.state + seen, { headers: { Accept: "application/json" } });
    if (answer === null || this.pollTimer === null) return;
    if ([401, 403, 404].includes(answer.status)) {
      this.giveUp();
      return;
    }
    this.onState(answer.status < 400 ? "polling" : "connecting");
    if (answer.status === 200) this.onFrame(await answer.json());
    if (answer.status < 400) this.onWay();
  }

  async post(frame) {
    const { type, ...fields } = frame;
    const url = this.urls[type]?.(fields);
    if (!url) return;
    const answer = await this.ask(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf },
      body: JSON.stringify(fields),
    });
    const isJson = answer?.headers.get("Content-Type")?.startsWith("application/json");
    const told = isJson ? await answer.json() : null;
    // Whoever has signed out meanwhile, here or in another window, has another token.
    const out = answer?.status === 403 && (told === null || OTHER_SESSION.has(told.code));
    if (told === null || out || answer.status >= 500) this.onLost(frame.ref);
    else {
      // What was refused before it was read is not told its ref.
      told.ref ??= frame.ref;
      this.onFrame(told);
    }
    if (out) this.giveUp();
  }

  // The answer, or null when there is no network. A browser opens few connections to a site: questions that are never
  // answered must not keep them for ever.
  async ask(url, options) {
    const signal = AbortSignal.timeout?.(ANSWER);
    try {
      return await fetch(url, { credentials: "same-origin", cache: "no-store", signal, ...options });
    } catch (error) {
      if (!(error instanceof TypeError) && error.name !== "TimeoutError") throw error;
      this.onState("offline");
      return null;
    }
  }
}
