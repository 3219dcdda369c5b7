// Live voting with batches and ticks: `node server.js PORT`, DATABASE_URL in the environment.
// Speaks the part of our wire that the load generator needs: welcome, vote, ack, refused, update.
import { createServer } from "node:http";
import pg from "pg";
import { WebSocketServer } from "ws";

const GATHER_MS = 10;
const AT_ONCE = 500;
const TICK_MS = 250;
const CHOICES = new Set(["support", null]);

// One connection writes, as in our server; the other reads at connect.
const writer = new pg.Client({ connectionString: process.env.DATABASE_URL });
const reader = new pg.Client({ connectionString: process.env.DATABASE_URL });
await Promise.all([writer.connect(), reader.connect()]);

const LOCK = { name: "lock", text: "SELECT revision FROM topic FOR UPDATE" };
const STANDS = {
  name: "stands",
  text: `SELECT suggestion, voter, choice FROM vote
         WHERE (suggestion, voter) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))`,
};
const UPSERT = {
  name: "upsert",
  text: `INSERT INTO vote (suggestion, voter, choice)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[])
         ON CONFLICT (suggestion, voter) DO UPDATE SET choice = excluded.choice`,
};
const TALLY = {
  name: "tally",
  text: `UPDATE suggestion SET support = support + difference
         FROM unnest($1::bigint[], $2::int[]) AS changed (id, difference)
         WHERE suggestion.id = changed.id RETURNING suggestion.id, support`,
};
const REVISE = { name: "revise", text: "UPDATE topic SET revision = $1" };

const rows = await reader.query("SELECT id, text, support FROM suggestion ORDER BY id");
const suggestions = new Map(rows.rows.map((row) => [Number(row.id), row]));
let revision = Number((await reader.query("SELECT revision FROM topic")).rows[0].revision);

const listeners = new Set();
let queue = [];
let gathering = null;
let writing = false;
let changed = new Map();
let told = revision;
let ticking = null;
let lastTick = 0;

function offer(wish) {
  queue.push(wish);
  if (writing) return;
  if (queue.length >= AT_ONCE) flush();
  else gathering ??= setTimeout(flush, GATHER_MS);
}

async function flush() {
  clearTimeout(gathering);
  gathering = null;
  writing = true;
  const batch = queue.splice(0, AT_ONCE);
  try {
    const tallies = await write(batch);
    acknowledge(batch);
    if (tallies.length) tell(tallies);
  } catch (error) {
    console.error(error);
    for (const wish of batch) refuse(wish.socket, wish.ref, "try_again");
  }
  writing = false;
  if (queue.length) flush();
}

async function write(batch) {
  // The last wish of a voter for a suggestion stands.
  const wanted = new Map(batch.map((wish) => [`${wish.suggestion} ${wish.socket.voter}`, wish]));
  const wishes = [...wanted.values()];
  const ids = wishes.map((wish) => wish.suggestion);
  const voters = wishes.map((wish) => wish.socket.voter);
  await writer.query("BEGIN");
  try {
    const next = Number((await writer.query(LOCK)).rows[0].revision) + 1;
    const before = new Map(
      (await writer.query({ ...STANDS, values: [ids, voters] })).rows.map((row) => [
        `${row.suggestion} ${row.voter}`,
        row.choice,
      ]),
    );
    const differences = new Map();
    for (const [key, wish] of wanted) {
      const difference = (wish.choice !== null) - ((before.get(key) ?? null) !== null);
      if (difference) differences.set(wish.suggestion, (differences.get(wish.suggestion) ?? 0) + difference);
    }
    await writer.query({ ...UPSERT, values: [ids, voters, wishes.map((wish) => wish.choice)] });
    const counted = await writer.query({
      ...TALLY,
      values: [[...differences.keys()], [...differences.values()]],
    });
    await writer.query({ ...REVISE, values: [next] });
    await writer.query("COMMIT");
    revision = next;
    return counted.rows.map((row) => [Number(row.id), row.support]);
  } catch (error) {
    await writer.query("ROLLBACK");
    throw error;
  }
}

function acknowledge(batch) {
  const refs = new Map();
  for (const wish of batch) {
    const known = refs.get(wish.socket);
    if (known) known.push(wish.ref);
    else refs.set(wish.socket, [wish.ref]);
  }
  for (const [socket, mine] of refs) send(socket, { type: "ack", refs: mine, revision });
}

function tell(tallies) {
  for (const [id, support] of tallies) {
    changed.set(id, support);
    suggestions.get(id).support = support;
  }
  ticking ??= setTimeout(tick, Math.max(20, lastTick + TICK_MS - performance.now()));
}

function tick() {
  ticking = null;
  lastTick = performance.now();
  const tallies = [...changed].map(([id, support]) => [id, support, 0, 0]);
  // Encoded once for everybody.
  const frame = Buffer.from(JSON.stringify({ type: "update", from: told, revision, tallies }));
  changed = new Map();
  told = revision;
  for (const socket of listeners) socket.send(frame, { binary: false });
}

function send(socket, frame) {
  socket.send(JSON.stringify(frame));
}

function refuse(socket, ref, code) {
  send(socket, { type: "refused", ref, code, message: code });
}

function receive(socket, data) {
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    return refuse(socket, null, "bad_frame");
  }
  const { type, ref, suggestion, choice } = frame;
  if (type !== "vote" || typeof ref !== "string" || !CHOICES.has(choice)) {
    return refuse(socket, null, "bad_frame");
  }
  if (!suggestions.has(suggestion)) return refuse(socket, ref, "unknown_suggestion");
  offer({ socket, ref, suggestion, choice });
}

function welcome(socket) {
  send(socket, {
    type: "welcome",
    revision: told,
    suggestions: [...suggestions.values()].map((row) => ({
      id: Number(row.id),
      text: row.text,
      tally: [row.support, 0, 0],
    })),
  });
}

const server = createServer((request, response) => response.writeHead(404).end());
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 65536 });
server.on("upgrade", async (request, connection, head) => {
  const key = /(?:^|;\s*)sessionid=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  const found = await reader.query({
    name: "session",
    text: "SELECT voter FROM session WHERE key = $1",
    values: [key],
  });
  if (!found.rows.length) return connection.destroy();
  sockets.handleUpgrade(request, connection, head, (socket) => {
    socket.voter = Number(found.rows[0].voter);
    listeners.add(socket);
    socket.on("message", (data) => receive(socket, data));
    socket.on("close", () => listeners.delete(socket));
    socket.on("error", () => socket.terminate());
    welcome(socket);
  });
});
server.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 1024 });
process.on("SIGTERM", () => process.exit(0));
