// Small help for pages that work without it: saving drafts, sending once, showing a photo before it is sent.
"use strict";
(function () {
  const token = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

  // A form is sent once. The button is not disabled at once, or its name and value would be lost from the form.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) { button.setAttribute("aria-disabled", "true"); button.dataset.label = button.textContent; button.textContent = button.dataset.busy || "正在提交…"; }
    // Coming back, or an answer that is a file, leaves the page as it is: let it be sent again.
    setTimeout(() => release(form, button), 8000);
  });
  function release(form, button) {
    delete form.dataset.sent;
    if (button && button.dataset.label) { button.removeAttribute("aria-disabled"); button.textContent = button.dataset.label; delete button.dataset.label; }
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => release(form, form.querySelector("[data-label]")));
  });

  // <button data-read-aloud hidden>: shown where the browser can speak. Reads the page from its heading on, stops when pressed
  // again or when the page is left.
  const reader = document.querySelector("[data-read-aloud]");
  if (reader && "speechSynthesis" in window) {
    const voice = window.speechSynthesis, label = reader.textContent;
    const rest = () => { reader.textContent = label; reader.setAttribute("aria-pressed", "false"); };
    reader.hidden = false;
    rest();
    reader.addEventListener("click", () => {
      const speaks = reader.getAttribute("aria-pressed") === "true";
      voice.cancel();
      if (speaks) { rest(); return; }
      const text = document.getElementById("main")?.innerText ?? "";
      // Engines break off long texts: a sentence at a time.
      const sentences = text.match(/[^。！？\n]+[。！？]?/g) ?? [];
      sentences.forEach((sentence, at) => {
        const words = new SpeechSynthesisUtterance(sentence);
        words.lang = "zh-CN";
        words.rate = 0.9;
        if (at === sentences.length - 1) words.onend = rest;
        voice.speak(words);
      });
      reader.textContent = "停止朗读";
      reader.setAttribute("aria-pressed", "true");
    });
    window.addEventListener("pagehide", () => voice.cancel());
  }

  // <form data-autosave="/where">: saved ten seconds after a change and on leaving a field. The place answers 204, or
  // JSON of a fault whose words are shown. A line with class "saved" tells how it stands.
  document.querySelectorAll("form[data-autosave]").forEach((form) => {
    const line = form.querySelector(".saved");
    const tell = (text, bad) => { if (line) { line.textContent = text; line.classList.toggle("bad", !!bad); } };
    let last = snapshot(form), timer = 0, running = false;
    async function save(leaving) {
      clearTimeout(timer);
      const now = snapshot(form);
      if (now === last || running || form.dataset.sent) return;
      running = true;
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: now, keepalive: !!leaving, redirect: "manual",
          headers: { "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "X-CSRF-Token": token(), "X-Autosave": "1" },
        });
        if (answer.ok) {
          last = now;
          tell("草稿已保存 " + new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit" }));
        } else if (answer.type === "opaqueredirect" || answer.status === 401) {
          tell("登录已过期。您填写的内容还在本页，点“下一步”登录后会接着办。", true);
        } else {
          const fault = await answer.json().catch(() => null);
          tell(fault ? fault.says + "。" + fault.next : "暂时没有保存上，稍后会自动再试。", true);
        }
      } catch {
        tell("网络断了，内容还在本页，恢复后会自动保存。", true);
        timer = setTimeout(save, 10000);
      } finally { running = false; }
    }
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 10000); });
    // A button that is being pressed takes the focus away, too: what it sends need not be saved beside it.
    form.addEventListener("focusout", () => { clearTimeout(timer); timer = setTimeout(save, 400); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
    window.addEventListener("online", () => save());
  });
  function snapshot(form) {
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "_csrf" && !name.includes("password")) typed.append(name, value);
    return typed.toString();
  }

  // <input type="file" data-preview="id">: shows the chosen photo, and says when it is too large before it is sent.
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const file = input.files[0], most = Number(input.dataset.max || 0), place = document.getElementById(input.dataset.preview || "");
    const tooLarge = file && most && file.size > most;
    input.setCustomValidity(tooLarge ? `文件有 ${(file.size / 1048576).toFixed(1)} MB，最大 ${(most / 1048576).toFixed(0)} MB。${/image/.test(input.accept) ? "请压缩或重拍后再选。" : "请选择更小的文件。"}` : "");
    if (tooLarge) input.reportValidity();
    if (!place) return;
    place.replaceChildren();
    if (!file || tooLarge) return;
    if (file.type.startsWith("image/")) {
      const image = new Image();
      image.alt = "将要上传的照片：" + file.name;
      image.onload = () => URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(file);
      place.append(image);
    } else place.textContent = "已选：" + file.name;
  });

  // A minute before a session is over for want of requests, it can be kept by a press.
  const idle = Number(document.body.dataset.idle || 0);
  if (idle) {
    let due = 0;
    const wind = () => { clearTimeout(due); due = setTimeout(warn, (idle - 60) * 1000); };
    const warn = () => {
      const box = document.createElement("div"), words = document.createElement("p"), button = document.createElement("button");
      box.className = "idle"; box.setAttribute("role", "alertdialog"); box.setAttribute("aria-label", "登录即将过期");
      words.textContent = "您有一段时间没有操作，1 分钟后将自动退出。填写的内容会保留。";
      button.className = "button"; button.textContent = "继续使用";
      button.addEventListener("click", async () => { box.remove(); await fetch("/me/alive", { headers: { "Accept": "application/json" } }).catch(() => null); wind(); });
      box.append(words, button); document.body.append(box); button.focus();
    };
    wind();
  }

  // The list of problems gets the focus, so that a reader begins there.
  document.getElementById("problems")?.focus();
  // data-confirm asks before a step that can't be taken back.
  document.addEventListener("click", (event) => {
    const asks = event.target.closest?.("[data-confirm]");
    if (asks && !window.confirm(asks.dataset.confirm)) event.preventDefault();
  });
  document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });
  // htmx sends the token of the page with every request of its own.
  document.addEventListener("htmx:config:request", (event) => { const headers = event.detail?.ctx?.request?.headers; if (headers) headers["X-CSRF-Token"] = token(); });
})();
