// Staying connected: a socket; when it fails twice, polling beside further attempts. One frame in, one frame out.

const SILENCE = 20_000;
const POLL = 3_000;
const FIRST = 1_000;
const LONGEST = 15_000;
const AWAKE = 2_500;
const GIVE_UP = new Set([4401, 4403, 4404]);

export class Connection {
  // `revision()`: the last one seen, or -1. `onFrame(frame)`. `onState("live"|"connecting"|"offline"|"polling"|"out")`.
  constructor({ topic, urls, csrf, revision, onFrame, onState }) {
    Object.assign(this, { topic, urls, csrf, revision, onFrame, onState });
    this.socket = null;
    this.failures = 0;
    this.stopped = false;
    this.retryTimer = this.silenceTimer = this.pollTimer = null;
  }

  start() {
    window.addEventListener("online", () => this.now());
    window.addEventListener("offline", () => this.socket?.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.now());
    document.addEventListener("visibilitychange", () => !document.hidden && this.wake());
    this.open();
  }

  get live() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  // True when the frame is on its way; false when there is no way just now.
  send(frame) {
    if (this.live) {
      this.socket.send(JSON.stringify(frame));
      return true;
    }
    if (this.pollTimer !== null) {
      this.post(frame);
      return true;
    }
    return false;
  }

  open() {
    clearTimeout(this.retryTimer);
    if (this.stopped) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const seen = this.revision() >= 0 ? `?revision=${this.revision()}` : "";
    const socket = new WebSocket(`${scheme}//${location.host}/ws/topics/${this.topic}/${seen}`);
    this.socket = socket;
    this.listen();
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      this.failures = 0;
      this.stopPolling();
      this.listen();
      this.onState("live");
      this.onFrame(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => socket === this.socket && this.closed(event.code));
  }

  // From now on a frame has to come within the time of silence.
  listen(limit = SILENCE) {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.drop(), limit);
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.closed(0);
  }

  closed(code) {
    clearTimeout(this.silenceTimer);
    this.socket = null;
    if (GIVE_UP.has(code)) {
      this.stopped = true;
      this.stopPolling();
      this.onState("out");
      return;
    }
    this.failures += 1;
    if (!navigator.onLine) this.onState("offline");
    else if (this.failures >= 2) this.startPolling();
    else this.onState("connecting");
    const longest = Math.min(LONGEST, FIRST * 2 ** (this.failures - 1));
    this.retryTimer = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  now() {
    if (!this.live && !this.stopped) {
      clearTimeout(this.retryTimer);
      this.drop();
      clearTimeout(this.retryTimer);
      this.open();
    }
  }

  // After sleep a socket may look open and be dead: ask, and do not wait long for the answer.
  wake() {
    if (!this.live) {
      this.now();
      return;
    }
    this.send({ type: "resync", revision: Math.max(0, this.revision()) });
    this.listen(AWAKE);
  }

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
    const seen = this.revision() >= 0 ? `?revision=${this.revision()}` : "";
    const answer = await this.ask(this.urls.state + seen, { headers: { Accept: "application/json" } });
    if (answer === null || this.pollTimer === null) return;
    this.onState("polling");
    if (answer.status === 200) this.onFrame(await answer.json());
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
    if (answer?.headers.get("Content-Type")?.startsWith("application/json")) this.onFrame(await answer.json());
  }

  // The answer, or null when there is no network: what was to be sent stays in the outbox.
  async ask(url, options) {
    try {
      return await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.onState("offline");
      return null;
    }
  }
}
