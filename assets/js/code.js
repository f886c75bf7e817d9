// Shows what a signed QR code says, verified in this browser. On /v/… beside the server's answer; on /verify/offline, and
// on /v/… where there is no network, alone. Needs statement.js.
"use strict";
(function () {
  const S = window.Statement, HOUR = 3600 * 1000;
  const at = (selector) => document.querySelector(selector);
  const day = (days) => { const date = new Date(days * 86400000); return `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日`; };
  const minute = (seconds) => { const date = new Date((seconds + 8 * 3600) * 1000), two = (n) => String(n).padStart(2, "0"); return `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日 ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`; };

  // ---- what is published ----
  async function published() {
    const answer = await (await fetch("/elicence/keys")).json(), keys = S.readKeys(answer), lists = new Map();
    await Promise.all(answer.lists.map(async (bureau) => {
      try {
        const answer = await fetch("/elicence/status/" + encodeURIComponent(bureau), { cache: "no-cache" });
        if (answer.ok) lists.set(bureau, S.verifyList(new Uint8Array(await answer.arrayBuffer()), keys));
      } catch { /* This bureau's licences are then verified without their state, and the result says so. */ }
    }));
    return { keys, lists };
  }

  // ---- words ----
  const NOT = {
    revoked: ["已撤销", "这张证不能再用。店里仍在卖烟的，可以拨打 12313 反映。", "red", "✕"],
    ended: ["已注销或收回", "这张证不能再用。店里仍在卖烟的，可以拨打 12313 反映。", "red", "✕"],
    replaced: ["已有新的版本", "这是旧证，请对方出示新的许可证。", "yellow", "!"],
    expired: ["已过期", "这张证不能再用。店里仍在卖烟的，可以拨打 12313 反映。", "red", "✕"],
    suspended: ["停业或停业整顿中", "这期间不能零售烟草制品。店里仍在卖烟的，可以拨打 12313 反映。", "yellow", "!"],
    "not-yet": ["尚未生效", "有效期开始之前不能零售烟草制品。", "yellow", "!"],
  };
  const UNKNOWN = {
    "no-list": "手机里还没有这个机关的状态清单，请在有网络的地方打开一次离线核验页。",
    "not-in-list": "这张证比手机里的状态清单新，请联网更新后再核验。",
    stale: "手机里的状态清单已经过期，请联网更新后再核验。",
  };
  function words(judged) {
    if (judged.verdict === "valid") return ["有效", "请核对店名、负责人和经营场所与现场是否一致。不一致的，可以拨打 12313 反映。", "green", "✓"];
    if (judged.verdict === "not-current") return NOT[judged.reason];
    return ["二维码是真的，现在是否有效还查不到", UNKNOWN[judged.reason], "yellow", "!"];
  }
  const NEXT = {
    "not-ours": "请对准许可证左下角的二维码重新扫描。",
    unsigned: "请联网打开二维码中的网址，或者按许可证号查验。",
    malformed: "请重新扫描；仍然如此的，请勿采信，可以拨打 12313 反映。",
    "unknown-key": "请联网更新公布的公钥后再核验；仍然如此的，请勿采信，可以拨打 12313 反映。",
    future: "请核对手机的日期和时间。",
    "no-keys": "请在有网络的地方打开一次离线核验页，再到现场核验。",
  };

  // ---- drawing, without a word of markup from the code ----
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }
  function sign(light, icon, says, ...more) {
    const mark = make("span", { class: "icon", "aria-hidden": "true" }, icon);
    return make("section", { class: "panel standing " + light }, make("p", { class: "sign" }, mark, " " + says), ...more);
  }
  function facts(claims) {
    const rows = [
      ["许可证号", claims.number], ["企业名称", claims.shop], ["负责人", claims.holder], ["经营场所", claims.address], ["许可范围", claims.scope],
      ["统一社会信用代码", claims.credit], ["有效期限", `${day(claims.from)}至${day(claims.to)}`], ["签名机关", claims.signer],
    ];
    const list = make("dl", { class: "facts" });
    for (const [label, value] of rows) if (value) list.append(make("div", {}, make("dt", {}, label), make("dd", {}, value)));
    return list;
  }
  function drawGood(claims, list, judged) {
    const [says, next, light, icon] = words(judged), asOf = list ? `状态截至 ${minute(list.issuedAt)}。` : "";
    const head = sign(light, icon, says, make("p", {}, next), make("p", { class: "soft" }, `在本机核验：签名正确，内容没有改动。${asOf}`));
    head.dataset.verdict = judged.verdict;
    if (judged.reason) head.dataset.reason = judged.reason;
    const cut = [claims.shop, claims.address, claims.scope].some((text) => text.endsWith("…"));
    const notes = cut ? [make("p", { class: "soft" }, "“…”之后的字太长，没有放进二维码，请以证面为准。")] : [];
    return [head, make("section", { class: "panel" }, make("h2", {}, "二维码写明的内容"), facts(claims), ...notes)];
  }
  function drawBad(fault) {
    const next = NEXT[fault.code] || "请勿采信，可以拨打 12313 反映店名和地址。", soft = ["unsigned", "future", "no-keys"].includes(fault.code);
    const head = sign(soft ? "yellow" : "red", soft ? "!" : "✕", soft ? "没有核验成" : "二维码不可信", make("p", {}, fault.message + "。"), make("p", {}, next));
    head.dataset.verdict = "bad";
    head.dataset.reason = fault.code || "other";
    return [head];
  }

  let asked = null;
  async function verify(text) {
    asked ||= published().catch(() => { asked = null; throw new S.Fault("no-keys", "手机里还没有发证机关的公钥"); });
    const { keys, lists } = await asked, claims = S.verifyCode(text, keys, Date.now()), list = lists.get(claims.bureau);
    return { claims, list, judged: S.judge(claims, list, Date.now()) };
  }
  async function show(place, text) {
    let drawn;
    try {
      const { claims, list, judged } = await verify(text);
      drawn = drawGood(claims, list, judged);
    } catch (fault) { drawn = drawBad(fault); }
    place.replaceChildren(...drawn);
    place.scrollIntoView({ block: "nearest" });
  }

  // What the server says of the number must not speak for a code or a sheet that is not good.
  function onlyTheNumber() {
    document.querySelectorAll("[data-by-check]").forEach((part) => { part.hidden = true; });
    const standing = at(".standing");
    standing?.classList.remove("green");
    standing?.classList.add("grey");
    standing?.prepend(make("p", {}, "登记簿里这个号码的状态，不说明贴着的证是真的："));
  }

  // ---- beside the server's answer ----
  async function beside(place) {
    let drawn;
    try {
      const { claims, judged } = await verify(location.href), old = judged.reason === "replaced";
      const content = make("details", {}, make("summary", {}, "二维码写明的内容"), facts(claims));
      // The number is a good one, this sheet of paper no longer is: that is to be read first.
      if (old) { at("h1").after(place); onlyTheNumber(); }
      drawn = old
        ? make("div", { class: "notice danger", role: "alert", "data-verdict": "not-current", "data-reason": "replaced" },
            make("p", {}, make("strong", {}, "这是旧证，已经换发了新的许可证。")), make("p", {}, "请对方出示新的许可证；拿不出的，可以拨打 12313 反映。下面是这个号码现在的登记内容。"), content)
        : make("div", { class: "notice good", "data-verdict": "valid" }, make("p", {}, make("strong", {}, "二维码的签名已在本机核验，内容没有改动。")), content);
    } catch (fault) {
      if (fault.code === "unsigned") return;
      const next = NEXT[fault.code] || "贴着这个二维码的证可能是假的。下面是这个号码的登记内容，请与现场逐项核对，不一致的请拨打 12313。";
      const danger = !["no-keys", "future"].includes(fault.code);
      // Whoever holds a forged code must not first read that the number is a good one.
      if (danger) { at("h1").after(place); onlyTheNumber(); }
      drawn = make("div", { class: "notice " + (danger ? "danger" : "warn"), role: "alert", "data-verdict": "bad", "data-reason": fault.code || "other" },
        make("p", {}, make("strong", {}, fault.message + "。")), make("p", {}, next));
    }
    place.replaceChildren(drawn);
  }

  // ---- the page of inspectors ----
  async function prepare() {
    const line = at("[data-ready]");
    document.querySelectorAll("[data-offline]").forEach((part) => { part.hidden = false; });
    try {
      if ("serviceWorker" in navigator) { await navigator.serviceWorker.register("/verify/worker.js", { scope: "/" }); await navigator.serviceWorker.ready; }
      asked ||= published();
      const { keys, lists } = await asked, oldest = Math.min(...[...lists.values()].map((list) => list.issuedAt));
      const kept = "serviceWorker" in navigator && "caches" in window;
      // The first visit was not yet under the worker's eyes: what it did not see it could not keep.
      if (kept) await keep(lists);
      if (!lists.size) line.textContent = `已有 ${keys.length} 个机关的公钥，还没有状态清单。可以核验二维码真伪，是否有效请联网查验。`;
      else if (Date.now() - oldest * 1000 > 24 * HOUR) line.textContent = `手机里的状态清单是 ${minute(oldest)} 的，已经过期。请连上网络后刷新本页。`;
      else line.textContent = `已准备好，${kept ? "没有网络也能核验" : "但这个浏览器不能离线使用本页"}。公钥和状态清单截至 ${minute(oldest)}，共 ${lists.size} 个机关。`;
    } catch {
      line.textContent = "没有连上网络，手机里也没有公钥。请在有网络的地方打开一次本页。";
    }
  }
  async function keep(lists) {
    const cache = await caches.open("published");
    const paths = ["/elicence/keys", ...[...lists.keys()].map((bureau) => "/elicence/status/" + encodeURIComponent(bureau))];
    await Promise.all(paths.map(async (path) => { try { await cache.add(path); } catch { /* The one kept before stays. */ } }));
  }

  const place = at("[data-result]"), paste = at("[data-paste]"), answered = at("[data-code]");
  if (answered) {
    if (location.hash.length > 1) beside(answered);
    // Another code of the same licence, opened in this tab, changes only what stands behind the "#".
    window.addEventListener("hashchange", () => location.reload());
    return;
  }
  if (!place) return;
  prepare();
  const scanned = () => { if (location.hash.length > 40 || location.pathname.startsWith("/v/")) show(place, location.href); };
  scanned();
  window.addEventListener("hashchange", scanned);
  paste?.addEventListener("submit", (event) => { event.preventDefault(); show(place, paste.querySelector("textarea").value); });
})();
