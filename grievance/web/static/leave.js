// Asks before leaving a receipt whose code has not been saved. Without scripts the page says the same in words.
"use strict";
const saving = document.querySelector("form.saved");
const ask = (event) => event.preventDefault();
if (saving) {
  window.addEventListener("beforeunload", ask);
  saving.addEventListener("submit", () => window.removeEventListener("beforeunload", ask));
}
