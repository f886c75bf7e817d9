// Verifies what a bureau has signed (QR codes, status lists) in the browser, without a network: SM3, SM2 verification,
// the CBOR of crates/guomi/src/cbor.rs, COSE_Sign1 of crates/guomi/src/cose.rs, and the two payloads of crates/licences.
// Nothing secret is handled here, so nothing needs to run in constant time.
"use strict";
(function (outside) {
  // ---- SM3 (GB/T 32905—2016) ----
  const turn = (x, n) => ((x << (n & 31)) | (x >>> (32 - (n & 31) & 31))) >>> 0;
  const p0 = (x) => (x ^ turn(x, 9) ^ turn(x, 17)) >>> 0;
  const p1 = (x) => (x ^ turn(x, 15) ^ turn(x, 23)) >>> 0;
  function sm3(bytes) {
    const length = bytes.length, blocks = Math.ceil((length + 9) / 64), padded = new Uint8Array(blocks * 64);
    padded.set(bytes);
    padded[length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
    view.setUint32(padded.length - 4, (length << 3) >>> 0);
    const v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
    const w = new Array(68);
    for (let block = 0; block < blocks; block++) {
      for (let j = 0; j < 16; j++) w[j] = view.getUint32(block * 64 + j * 4);
      for (let j = 16; j < 68; j++) w[j] = (p1((w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)) >>> 0) ^ turn(w[j - 13], 7) ^ w[j - 6]) >>> 0;
      let [a, b, c, d, e, f, g, h] = v;
      for (let j = 0; j < 64; j++) {
        const early = j < 16;
        const ss1 = turn((turn(a, 12) + e + turn(early ? 0x79cc4519 : 0x7a879d8a, j % 32)) >>> 0, 7);
        const ss2 = (ss1 ^ turn(a, 12)) >>> 0;
        const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
        const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
        const tt1 = (ff + d + ss2 + ((w[j] ^ w[j + 4]) >>> 0)) >>> 0, tt2 = (gg + h + ss1 + w[j]) >>> 0;
        d = c; c = turn(b, 9); b = a; a = tt1; h = g; g = turn(f, 19); f = e; e = p0(tt2);
      }
      [a, b, c, d, e, f, g, h].forEach((value, j) => { v[j] = (v[j] ^ value) >>> 0; });
    }
    const out = new Uint8Array(32);
    v.forEach((value, j) => new DataView(out.buffer).setUint32(j * 4, value));
    return out;
  }

  // ---- bytes ----
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const number = (bytes) => BigInt("0x" + (hex(bytes) || "0"));
  function join(...parts) {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { out.set(part, at); at += part.length; }
    return out;
  }
  function unbase64(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Fault("malformed", "不是约定的编码");
    if (text.length % 4 === 1) throw new Fault("malformed", "内容不完整，可能没有扫全");
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
  }

  /** Why something is not believed: a stable word, and words for people. */
  class Fault extends Error {
    constructor(code, says) { super(says); this.code = code; }
  }

  // ---- SM2 (GB/T 32918.2—2016) on its curve (GB/T 32918.5—2017), Jacobian coordinates ----
  const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
  const A = P - 3n;
  const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
  const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
  const G = [0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n, 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n, 1n];
  const mod = (x, m) => { const rest = x % m; return rest < 0n ? rest + m : rest; };
  function inverse(x, m) {
    let [a, b, u, v] = [mod(x, m), m, 1n, 0n];
    while (a > 1n) { const q = b / a; [a, b] = [b - q * a, a]; [u, v] = [v - q * u, u]; }
    return mod(u, m);
  }
  function twice([x, y, z]) {
    if (y === 0n || z === 0n) return [0n, 1n, 0n];
    const zz = z * z % P, yy = y * y % P, s = 4n * x * yy % P, m = (3n * (x - zz) * (x + zz)) % P;
    const nx = mod(m * m - 2n * s, P);
    return [nx, mod(m * (s - nx) - 8n * yy * yy, P), 2n * y * z % P];
  }
  function add(one, other) {
    if (one[2] === 0n) return other;
    if (other[2] === 0n) return one;
    const [x1, y1, z1] = one, [x2, y2, z2] = other, zz1 = z1 * z1 % P, zz2 = z2 * z2 % P;
    const u1 = x1 * zz2 % P, u2 = x2 * zz1 % P, s1 = y1 * zz2 % P * z2 % P, s2 = y2 * zz1 % P * z1 % P;
    const h = mod(u2 - u1, P), r = mod(s2 - s1, P);
    if (h === 0n) return r === 0n ? twice(one) : [0n, 1n, 0n];
    const hh = h * h % P, hhh = hh * h % P, v = u1 * hh % P, x = mod(r * r - hhh - 2n * v, P);
    return [x, mod(r * (v - x) - s1 * hhh, P), h * z1 % P * z2 % P];
  }
  /** [s]G + [t]Q in one pass. */
  function combine(s, t, q) {
    const both = add(G, q);
    let sum = [0n, 1n, 0n];
    for (let bit = 255n; bit >= 0n; bit--) {
      sum = twice(sum);
      const which = Number((s >> bit) & 1n) + 2 * Number((t >> bit) & 1n);
      if (which) sum = add(sum, which === 1 ? G : which === 2 ? q : both);
    }
    return sum;
  }
  const ID = new TextEncoder().encode("1234567812345678");
  const CURVE = unhex([A, B, G[0], G[1]].map((value) => value.toString(16).padStart(64, "0")).join(""));
  /** Whether 64 bytes r‖s over `message` are by the key with the point x‖y (64 bytes). */
  function sm2Verify(point, message, signature) {
    if (point.length !== 64 || signature.length !== 64) return false;
    const x = number(point.subarray(0, 32)), y = number(point.subarray(32));
    if (x >= P || y >= P || mod(y * y - x * x * x - A * x - B, P) !== 0n) return false;
    const r = number(signature.subarray(0, 32)), s = number(signature.subarray(32));
    if (r < 1n || r >= N || s < 1n || s >= N) return false;
    const z = sm3(join(Uint8Array.of(0, ID.length * 8), ID, CURVE, point)), e = number(sm3(join(z, message)));
    const t = (r + s) % N;
    if (t === 0n) return false;
    const sum = combine(s, t, [x, y, 1n]);
    if (sum[2] === 0n) return false;
    const back = inverse(sum[2], P), affine = sum[0] * back % P * back % P;
    return (e + affine) % N === r;
  }

  // ---- CBOR, the one spelling ----
  class Reader {
    constructor(bytes) { this.bytes = bytes; this.at = 0; }
    fault() { return new Fault("malformed", "内容不符合约定的格式"); }
    take(length) {
      if (length > this.bytes.length - this.at) throw this.fault();
      this.at += length;
      return this.bytes.subarray(this.at - length, this.at);
    }
    head(major) {
      const first = this.bytes[this.at];
      if (first === undefined || first >> 5 !== major) throw this.fault();
      this.at++;
      const short = first & 31;
      if (short < 24) return short;
      if (short > 27) throw this.fault();
      const value = number(this.take(1 << (short - 24))), least = [24n, 0x100n, 0x10000n, 0x100000000n][short - 24];
      if (value < least || value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.fault();
      return Number(value);
    }
    uint() { return this.head(0); }
    int() { return this.bytes[this.at] >> 5 === 1 ? -1 - this.head(1) : this.head(0); }
    data() { return this.take(this.head(2)); }
    isText() { return this.bytes[this.at] >> 5 === 3; }
    text() {
      try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(this.head(3))); } catch { throw this.fault(); }
    }
    must(found, wanted) { if (found !== wanted) throw this.fault(); }
    key(key) { this.must(this.uint(), key); }
    end() { this.must(this.at, this.bytes.length); }
  }
  function head(major, value) {
    if (value < 24) return Uint8Array.of(major << 5 | value);
    if (value < 0x100) return Uint8Array.of(major << 5 | 24, value);
    if (value < 0x10000) return Uint8Array.of(major << 5 | 25, value >> 8, value & 255);
    return Uint8Array.of(major << 5 | 26, value >>> 24, value >> 16 & 255, value >> 8 & 255, value & 255);
  }

  // ---- COSE_Sign1 ----
  const PROTECTED = unhex("a1013a00010000");
  function parse(bytes) {
    const reader = new Reader(bytes);
    reader.must(reader.head(6), 18);
    reader.must(reader.head(4), 4);
    const prot = reader.data();
    if (hex(prot) !== hex(PROTECTED)) throw new Fault("algorithm", "签名算法不是 SM2 和 SM3");
    reader.must(reader.head(5), 1);
    reader.key(4);
    const kid = hex(reader.data()), payload = reader.data(), signature = reader.data();
    reader.end();
    return { kid, payload, signature };
  }
  function signedBytes(payload) {
    const text = new TextEncoder().encode("Signature1");
    return join(head(4, 4), head(3, text.length), text, head(2, PROTECTED.length), PROTECTED, head(2, 0), head(2, payload.length), payload);
  }

  // ---- keys ----
  const SM2_POINT = "06082a811ccf5501822d03420004";
  /** From the answer of /elicence/keys: the point is taken out of the certificate, whose digest must be the name. */
  function readKeys(answer) {
    return answer.keys.flatMap((key) => {
      const pem = key.chain[0].replace(/-----[^-]+-----|\s/g, "");
      const der = Uint8Array.from(atob(pem), (sign) => sign.charCodeAt(0)), text = hex(der), at = text.indexOf(SM2_POINT);
      const kid = hex(sm3(der).subarray(0, 8));
      if (kid !== key.kid || at < 0 || at % 2) return [];
      const point = unhex(text.slice(at + SM2_POINT.length, at + SM2_POINT.length + 128));
      return [{ kid, bureau: key.bureau, name: key.name, point, from: Date.parse(key.from), to: Date.parse(key.to) }];
    });
  }
  function open(bytes, keys) {
    const statement = parse(bytes), key = keys.find((key) => key.kid === statement.kid);
    if (!key) throw new Fault("unknown-key", "签名所用的密钥不在已公布的签章人之列");
    if (!sm2Verify(key.point, signedBytes(statement.payload), statement.signature)) throw new Fault("signature", "签名与内容不一致，内容被改动或者是伪造的");
    return { payload: statement.payload, key };
  }
  function entitled(key, bureau, at) {
    if (key.bureau !== bureau) throw new Fault("other-bureau", "签名的机关与内容写明的发证机关不一致");
    if (at * 1000 < key.from || at * 1000 > key.to) throw new Fault("cert-expired", "签名时签章人的证书不在有效期内");
  }

  // ---- the content of a code ----
  const SCOPES = ["卷烟本店零售、雪茄烟本店零售", "卷烟本店零售", "雪茄烟本店零售"];
  function readClaims(payload) {
    const r = new Reader(payload), claims = {};
    r.must(r.head(5), 12);
    r.key(1); claims.number = String(r.uint()).padStart(12, "0");
    r.key(2); claims.from = r.int();
    r.key(3); claims.to = r.int();
    ["holder", "shop", "address", "credit"].forEach((name, at) => { r.key(at + 4); claims[name] = r.text(); });
    r.key(8); claims.scope = r.isText() ? r.text() : SCOPES[r.uint() - 1];
    r.key(9); claims.bureau = r.text();
    r.key(10); claims.edition = r.uint();
    r.key(11); claims.index = r.uint();
    r.key(12); claims.issuedAt = r.int();
    r.end();
    if (claims.scope === undefined || claims.number.length !== 12) throw r.fault();
    return claims;
  }
  /** The whole address, or what stands behind its "#". */
  function scan(text) {
    const all = text.trim(), cut = all.indexOf("#"), address = cut >= 0 ? all.slice(0, cut) : all.includes("://") ? all : "";
    const fragment = cut >= 0 ? all.slice(cut + 1) : address ? "" : all;
    const found = address.match(/\/v\/(\d{12})(\?|$)/);
    if (all === "" || all.length > 3000 || (address && !found)) throw new Fault("not-ours", "这不是许可证二维码的内容");
    if (!fragment) throw new Fault("unsigned", "二维码只有网址，没有签名内容，不能离线核验");
    return { number: found && found[1], statement: unbase64(fragment) };
  }
  function verifyCode(text, keys, now) {
    const scanned = scan(text), { payload, key } = open(scanned.statement, keys), claims = readClaims(payload);
    entitled(key, claims.bureau, claims.issuedAt);
    if (claims.issuedAt * 1000 > now + 300000) throw new Fault("future", "签名时间晚于现在，请核对本机时间");
    if (scanned.number && scanned.number !== claims.number) throw new Fault("numbers-differ", "二维码的网址与签名内容写的不是同一个许可证号");
    return { ...claims, signer: key.name };
  }

  // ---- status lists ----
  function verifyList(bytes, keys) {
    const { payload, key } = open(bytes, keys), r = new Reader(payload), list = {};
    r.must(r.head(5), 6);
    r.key(1); list.bureau = r.text();
    r.key(2); list.issuedAt = r.int();
    r.key(3); list.nextUpdate = r.int();
    r.key(4); list.places = r.uint();
    r.key(6); for (let left = r.head(4); left > 0; left--) r.data();
    r.key(7); list.bits = r.data();
    r.must(list.bits.length, Math.ceil(list.places / 2));
    entitled(key, list.bureau, list.issuedAt);
    return list;
  }
  const mark = (list, index) => index < list.places ? (list.bits[index >> 1] >> (index % 2 * 4)) & 15 : undefined;

  /** What a verified code is worth now: a verdict, a reason, and as of when. */
  function judge(claims, list, now) {
    const today = Math.floor((now / 1000 + 8 * 3600) / 86400), found = list && mark(list, claims.index);
    const not = (reason) => ({ verdict: "not-current", reason }), unknown = (reason) => ({ verdict: "state-unknown", reason });
    if (found === 3) return not("replaced");
    if (found === 4) return not("revoked");
    if (found !== undefined && found > 1) return not("ended");
    if (today > claims.to) return not("expired");
    if (found === 1) return not("suspended");
    if (today < claims.from) return not("not-yet");
    if (!list) return unknown("no-list");
    if (found === undefined) return unknown("not-in-list");
    return now > list.nextUpdate * 1000 ? unknown("stale") : { verdict: "valid" };
  }

  const all = { sm3, sm2Verify, hex, unhex, parse, readKeys, verifyCode, verifyList, judge, Fault };
  if (typeof module === "object") module.exports = all; else outside.Statement = all;
})(globalThis);
