// The application form: fields that are asked only sometimes, the check while typing, and the place of the shop.
// Without it every field is there with its condition said, and the check comes on sending.
"use strict";
(function () {
  const form = document.querySelector("form[data-when-form]");
  if (!form) return;
  const token = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

  // What isn't asked is hidden, not emptied: who changes a choice back finds the text again.
  const valueOf = (name) => new FormData(form).get(name) ?? "";
  function ask() {
    form.querySelectorAll("[data-when]").forEach((box) => {
      box.hidden = !box.dataset.equals.split(" ").includes(valueOf(box.dataset.when));
    });
  }
  form.querySelectorAll(".when-says").forEach((line) => { line.hidden = true; });
  form.addEventListener("change", ask);
  ask();

  // The server's own words at the field just left. Only fields that were touched are judged.
  const touched = new Set();
  let running = null;
  form.addEventListener("focusout", (event) => {
    const name = event.target.name;
    if (!name || name.startsWith("_") || name === "go") return;
    if (event.target.value === "") { tell(name, null, null); return; }
    touched.add(name);
    look();
  });
  async function look() {
    running?.abort();
    running = new AbortController();
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "_csrf") typed.append(name, value);
    try {
      const answer = await fetch(form.dataset.look, {
        method: "POST", body: typed.toString(), signal: running.signal, redirect: "manual",
        headers: { "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "X-CSRF-Token": token() },
      });
      if (!answer.ok) return;
      const { errors, warnings } = await answer.json();
      touched.forEach((name) => tell(name, errors.find((one) => one.key === name), warnings.find((one) => one.key === name)));
    } catch { /* no network: the check comes on sending */ }
  }
  function tell(name, error, warning) {
    const control = document.getElementById("f-" + name), field = control?.closest(".field");
    if (!field) return;
    let line = document.getElementById("e-" + name);
    if (!error) line?.remove();
    else {
      if (!line) {
        line = document.createElement("p");
        line.className = "error";
        line.id = "e-" + name;
        line.setAttribute("role", "status");
        field.querySelector(".control, select, textarea, .choice")?.before(line);
      }
      line.textContent = error.says + error.next;
    }
    field.classList.toggle("bad", !!error);
    control.toggleAttribute("aria-invalid", !!error);
    if (error) control.setAttribute("aria-invalid", "true");
    const hint = document.getElementById("h-" + name) ? "h-" + name : "";
    control.setAttribute("aria-describedby", [hint, error ? "e-" + name : ""].filter(Boolean).join(" "));
    const box = field.parentElement;
    let doubt = box.querySelector(`[data-doubt="${name}"]`);
    if (!warning) doubt?.remove();
    else {
      if (!doubt) { doubt = document.createElement("p"); doubt.className = "notice warn"; doubt.dataset.doubt = name; doubt.setAttribute("role", "status"); box.append(doubt); }
      doubt.textContent = warning.says + warning.next;
    }
  }

  // The phone's own place, to seven decimals. Written as latitude,longitude, as everywhere here.
  form.querySelectorAll("[data-locate]").forEach((line) => {
    if (!navigator.geolocation) return;
    const words = line.querySelector("[role=status]");
    line.hidden = false;
    line.querySelector("button").addEventListener("click", () => {
      words.textContent = "正在定位…";
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const control = document.getElementById(line.dataset.locate);
          control.value = coords.latitude.toFixed(7) + "," + coords.longitude.toFixed(7);
          control.dispatchEvent(new Event("input", { bubbles: true }));
          words.textContent = `已填上，误差约 ${Math.round(coords.accuracy)} 米。`;
        },
        () => { words.textContent = "没有定到位。可以不填，核查时由工作人员测。"; },
        { enableHighAccuracy: true, timeout: 15000 },
      );
    });
  });
})();
