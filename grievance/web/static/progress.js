// Looks every few seconds how far something is. Without scripts the link "Look again" does the same.
"use strict";
const PAUSE_MS = 3000;

async function look() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = answer.ok ? page.getElementById("progress") : null;
    if (!found || !("working" in found.dataset)) {
      location.reload();
      return;
    }
    document.getElementById("progress").replaceWith(found);
  } catch {
    // No network just now: the next look may have one.
  }
  setTimeout(look, PAUSE_MS);
}

if (document.querySelector("#progress[data-working]")) setTimeout(look, PAUSE_MS);
