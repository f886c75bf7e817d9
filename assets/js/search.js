// <input data-suggest="/where">: offers questions and pages while somebody types. Without it the box is a plain form.
"use strict";
(function () {
  document.querySelectorAll("input[data-suggest]").forEach((input, number) => {
    const list = document.createElement("ul");
    const box = document.createElement("div");
    box.className = "suggestbox";
    list.id = "suggestions-" + number;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "建议");
    input.replaceWith(box);
    box.append(input, list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);
    let offers = [], at = -1, timer = 0, asked = 0, composing = false;

    const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const take = (offer) => { if (offer.url) { location.href = offer.url; } else { input.value = offer.text; input.form.requestSubmit(); } };

    function show() {
      list.replaceChildren(...offers.map((offer, index) => {
        const line = document.createElement("li");
        line.id = list.id + "-" + index;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        const words = document.createElement("span");
        words.textContent = offer.text;
        line.append(words);
        if (offer.label) { const kind = document.createElement("small"); kind.textContent = offer.label; line.append(kind); }
        // Before the box loses the focus, or the list would be gone when the finger comes up.
        line.addEventListener("mousedown", (event) => { event.preventDefault(); take(offer); });
        return line;
      }));
      list.hidden = offers.length === 0;
      at = -1;
      input.setAttribute("aria-expanded", String(offers.length > 0));
      input.removeAttribute("aria-activedescendant");
    }

    async function ask() {
      const typed = input.value.trim(), turn = ++asked;
      if (!typed) { close(); return; }
      try {
        const answer = await fetch(input.dataset.suggest + "?q=" + encodeURIComponent(typed), { headers: { Accept: "application/json" } });
        // A slower answer to fewer letters must not take the place of a newer one.
        if (!answer.ok || turn !== asked) return;
        offers = await answer.json();
        if (document.activeElement === input) show();
      } catch { close(); }
    }

    const later = () => { clearTimeout(timer); if (!composing) timer = setTimeout(ask, 150); };
    input.addEventListener("compositionstart", () => { composing = true; });
    input.addEventListener("compositionend", () => { composing = false; later(); });
    input.addEventListener("input", later);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden || composing) return;
      if (event.key === "Escape") { event.preventDefault(); close(); return; }
      if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(offers[at]); return; }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      const count = offers.length, step = event.key === "ArrowDown" ? 1 : -1;
      at = at < 0 ? (step > 0 ? 0 : count - 1) : (at + step + count) % count;
      [...list.children].forEach((line, index) => line.setAttribute("aria-selected", String(index === at)));
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    });
  });
})();
