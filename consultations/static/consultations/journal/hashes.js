// SHA-256 and SM3 (GB/T 32905-2016), for pages to which the browser lends no hash of its own: it offers SHA-256 only over
// https, and SM3 nowhere. Both cut a message into the same blocks and differ in what they do with one.

const BLOCK = 64;
const left = (word, by) => (word << by) | (word >>> (32 - by));
const right = (word, by) => (word >>> by) | (word << (32 - by));

// The message, a one, zeros, and its length in bits in the last eight bytes.
function padded(message) {
  const blocks = Math.ceil((message.length + 9) / BLOCK);
  const bytes = new Uint8Array(blocks * BLOCK);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(bytes.length - 4, (message.length << 3) >>> 0);
  return view;
}

function digest(message, beginning, compress) {
  const view = padded(message);
  const state = Int32Array.from(beginning);
  for (let at = 0; at < view.byteLength; at += BLOCK) compress(state, view, at);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

// ── SHA-256 (FIPS 180-4) ────────────────────────────────────────────────────────────────────────────────────────────

const SHA256 = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const ROUND = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
const words = new Int32Array(68);

function compressSha256(state, view, at) {
  for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const [early, late] = [words[i - 15], words[i - 2]];
    const s0 = right(early, 7) ^ right(early, 18) ^ (early >>> 3);
    const s1 = right(late, 17) ^ right(late, 19) ^ (late >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
    const s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  add(state, a, b, c, d, e, f, g, h);
}

function add(state, ...parts) {
  for (let i = 0; i < 8; i += 1) state[i] += parts[i];
}

// Hexadecimal digits of the hash of these bytes.
export const sha256 = (message) => digest(message, SHA256, compressSha256);

// ── SM3 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SM3 = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
  0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
];
const mixed = (word, one, two) => word ^ left(word, one) ^ left(word, two);

function compressSm3(state, view, at) {
  for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 68; i += 1) {
    const before = words[i - 16] ^ words[i - 9] ^ left(words[i - 3], 15);
    words[i] = mixed(before, 15, 23) ^ left(words[i - 13], 7) ^ words[i - 6];
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const early = i < 16;
    const turned = left(a, 12);
    const one = left((turned + e + left(early ? 0x79cc4519 : 0x7a879d8a, i % 32)) | 0, 7);
    const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
    const t1 = (ff + d + (one ^ turned) + (words[i] ^ words[i + 4])) | 0;
    const t2 = (gg + h + one + words[i]) | 0;
    d = c;
    c = left(b, 9);
    b = a;
    a = t1;
    h = g;
    g = left(f, 19);
    f = e;
    e = mixed(t2, 9, 17);
  }
  state.set([a ^ state[0], b ^ state[1], c ^ state[2], d ^ state[3], e ^ state[4], f ^ state[5], g ^ state[6], h ^ state[7]]);
}

// Hexadecimal digits of the hash of these bytes.
export const sm3 = (message) => digest(message, SM3, compressSm3);
