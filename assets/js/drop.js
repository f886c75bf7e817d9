// A file may be dropped anywhere on a form with data-drop; it is sent at once. Without this the file is chosen by hand.
"use strict";
(function () {
  const form = document.querySelector("form[data-drop]"), input = form?.querySelector("input[type=file]");
  if (!input) return;
  const zone = input.closest(".drop"), hint = document.createElement("p");
  hint.className = "soft";
  hint.textContent = "也可以把文件拖到这里";
  zone.classList.add("live");
  zone.append(hint);
  let depth = 0;
  const light = (on) => { depth = on ? depth + 1 : Math.max(0, depth - 1); zone.classList.toggle("over", depth > 0); };
  // A file that misses the zone would otherwise be opened in place of the page.
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());
  document.addEventListener("dragenter", () => light(true));
  document.addEventListener("dragleave", () => light(false));
  document.addEventListener("drop", (event) => {
    light(false);
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (input.checkValidity()) form.requestSubmit();
  });
})();
