// Runs assets/js/statement.js against vectors made by the Rust side: `node statement.cjs SCRIPT VECTORS`.
"use strict";
const [, , script, vectors] = process.argv;
const S = require(script), v = JSON.parse(require("fs").readFileSync(vectors, "utf8"));
let failed = 0;
function check(what, good) {
  if (!good) { failed++; console.log("FAILED: " + what); }
}
const code = (run) => { try { run(); return "none"; } catch (fault) { return fault.code || String(fault); } };

for (const [hex, digest] of v.sm3) check("sm3 of " + hex.length / 2, S.hex(S.sm3(S.unhex(hex))) === digest);
for (const { point, message, signature } of v.signatures) {
  const [p, m, s] = [point, message, signature].map(S.unhex);
  check("signature", S.sm2Verify(p, m, s));
  const bent = Uint8Array.from(s);
  bent[bent.length - 1] ^= 1;
  check("bent signature", !S.sm2Verify(p, m, bent));
  check("other message", !S.sm2Verify(p, S.unhex(message + "00"), s));
  check("high values", !S.sm2Verify(p, m, new Uint8Array(64).fill(255)) && !S.sm2Verify(p, m, new Uint8Array(64)));
}

const keys = S.readKeys(v.keys), now = v.now;
check("keys", keys.length === 1);
check("a key under another's name", S.readKeys({ keys: [{ ...v.keys.keys[0], kid: "0000000000000000" }] }).length === 0);
const claims = S.verifyCode(v.address, keys, now);
for (const [name, value] of Object.entries(v.claims)) check(`claim ${name}: ${claims[name]}`, claims[name] === value);

const [open, fragment] = v.address.split("#"), alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
for (let at = 0; at < fragment.length; at += 7) {
  const other = alphabet[(alphabet.indexOf(fragment[at]) + 1) % 64];
  const bent = fragment.slice(0, at) + other + fragment.slice(at + 1);
  check("bent at " + at, code(() => S.verifyCode(open + "#" + bent, keys, now)) !== "none" || at === fragment.length - 1);
}
check("cut", code(() => S.verifyCode(v.address.slice(0, -9), keys, now)) === "malformed");
check("moved", code(() => S.verifyCode(v.address.replace("990101100001", "990101100002"), keys, now)) === "numbers-differ");
check("foreign", code(() => S.verifyCode(v.foreign, keys, now)) === "unknown-key");
check("posing", code(() => S.verifyCode(v.posing, keys, now)) === "other-bureau");
check("future", code(() => S.verifyCode(v.address, keys, now - 30 * 86400000)) === "future");
check("unsigned", code(() => S.verifyCode(open, keys, now)) === "unsigned");
for (const text of ["", "https://example.com/x#abc", "微信支付", "a".repeat(4000)]) check("not ours: " + text, code(() => S.verifyCode(text, keys, now)) !== "none");

const bytes = Uint8Array.from(Buffer.from(v.list, "base64")), list = S.verifyList(bytes, keys);
const judged = (index, at = now, from = claims.from - 30, to = claims.to) => { const it = S.judge({ ...claims, index, from, to }, list, at); return it.reason || it.verdict; };
check("marks", [0, 1, 2, 3, 5, 99].map((index) => judged(index)).join() === "valid,suspended,ended,replaced,ended,not-in-list");
check("stale", judged(0, now + 25 * 3600000) === "stale" && judged(2, now + 25 * 3600000) === "ended");
check("expired", judged(0, now, 0, 100) === "expired" && judged(0, now, 30000, 30001) === "not-yet");
check("no list", S.judge({ ...claims, from: claims.from - 30 }, undefined, now).reason === "no-list");
for (let at = 0; at < bytes.length; at += 5) {
  const bent = Uint8Array.from(bytes);
  bent[at] ^= 4;
  check("bent list at " + at, code(() => S.verifyList(bent, keys)) !== "none");
}
check("junk list", code(() => S.verifyList(new Uint8Array(100), keys)) === "malformed");
console.log(failed ? `${failed} failed` : "all good");
process.exit(failed ? 1 : 0);
