// The inspection page on a phone: the place for each photo, and signatures drawn with a finger. Works without it too.
"use strict";
(function () {
  // The place is asked for once, and only when a photo is chosen: that is when the inspector understands why.
  let place = null;
  function locate() {
    if (!navigator.geolocation) return Promise.resolve("");
    place ??= new Promise((found) => navigator.geolocation.getCurrentPosition(
      ({ coords }) => found([coords.latitude.toFixed(7), coords.longitude.toFixed(7), Math.ceil(coords.accuracy)].join(",")),
      () => found(""),
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 },
    ));
    return place;
  }
  document.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    const box = event.target.form?.querySelector("[data-place]");
    if (box && !box.value) locate().then((found) => { if (!box.value) box.value = found; });
  });

  // A pad to sign on. Its picture travels in the form's hidden field; an empty pad sends nothing.
  document.querySelectorAll("[data-pad]").forEach((holder) => {
    const field = holder.parentElement.querySelector('input[name="drawn"]');
    const pad = document.createElement("canvas"), clear = document.createElement("button");
    pad.width = 600; pad.height = 220; pad.className = "desk-pad";
    pad.setAttribute("role", "img");
    pad.setAttribute("aria-label", "手写签名区，不能手写时可以不签在这里");
    clear.type = "button"; clear.className = "link"; clear.textContent = "重写";
    const says = document.createElement("p");
    says.className = "hint"; says.textContent = "用手指在框内签名";
    holder.append(says, pad, clear);
    holder.hidden = false;
    const ink = pad.getContext("2d");
    ink.lineWidth = 4; ink.lineCap = "round"; ink.lineJoin = "round"; ink.strokeStyle = "#111";
    const at = (event) => {
      const box = pad.getBoundingClientRect();
      return [(event.clientX - box.left) * pad.width / box.width, (event.clientY - box.top) * pad.height / box.height];
    };
    pad.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      ink.beginPath();
      ink.moveTo(...at(event));
    });
    pad.addEventListener("pointermove", (event) => {
      if (!pad.hasPointerCapture(event.pointerId)) return;
      ink.lineTo(...at(event));
      ink.stroke();
      field.value = "drawn";
    });
    pad.addEventListener("pointerup", () => { if (field.value) field.value = pad.toDataURL("image/png"); });
    clear.addEventListener("click", () => { ink.clearRect(0, 0, pad.width, pad.height); field.value = ""; });
  });
})();
