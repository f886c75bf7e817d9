// A guide trims itself as soon as another answer is chosen; without this script its button does the same.
"use strict";
(function () {
  const place = "situation-at";
  document.querySelectorAll("form[data-at-once]").forEach((form) => {
    form.addEventListener("change", (event) => {
      if (!(event.target instanceof HTMLSelectElement)) return;
      // The page that comes opens where the reader was, with the same box in hand.
      try { sessionStorage.setItem(place, JSON.stringify({ y: window.scrollY, id: event.target.id })); } catch { /* No storage: the page opens at its top. */ }
      form.requestSubmit();
    });
    let was = null;
    try { was = JSON.parse(sessionStorage.getItem(place)); sessionStorage.removeItem(place); } catch { /* As above. */ }
    if (!was) return;
    window.scrollTo(0, was.y);
    const box = document.getElementById(was.id);
    if (box) box.focus({ preventScroll: true });
  });
})();
