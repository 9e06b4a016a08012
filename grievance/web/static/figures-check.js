// Looks at the words of a summary while they are typed. Without scripts the button "Check, without keeping" does it.
"use strict";
const form = document.getElementById("text-form");
const PAUSE_MS = 700;
let waiting = 0;
let asked = 0;

async function check() {
  const turn = ++asked;
  const status = document.getElementById("check-status");
  try {
    const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    if (turn !== asked) return;
    for (const [lang, piece] of Object.entries(found)) show(document.getElementById(`check-${lang}`), piece);
    status.textContent = status.dataset.done;
  } catch {
    if (turn === asked) status.textContent = status.dataset.failed;
  }
}

// Our own server wrote the piece, escaped. What was folded open stays open.
function show(place, piece) {
  const open = [...place.querySelectorAll("details")].map((part) => part.open && part.querySelector("summary").textContent);
  place.innerHTML = piece;
  for (const part of place.querySelectorAll("details")) {
    part.open = open.includes(part.querySelector("summary").textContent);
  }
}

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE_MS);
  });
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
