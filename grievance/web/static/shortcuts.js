// Single keys for the desk. Off while something is being typed, and never away from a form begun (nothing is lost).
// What a key does stands in the page: data-key="g d" on a link follows it, on a field goes there.
"use strict";
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
let before = "";
let timer = 0;
const begun = () =>
  [...document.querySelectorAll("textarea, input[type=text], input[type=file]")].some(
    (field) => field.value !== field.defaultValue,
  );
const rows = () => [...document.querySelectorAll(".rows tbody th a")];
const step = (by) => {
  const links = rows();
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
  if (next) next.focus();
};
const own = {
  j: () => step(1),
  k: () => step(-1),
  x: () => {
    const row = document.activeElement.closest(".rows tbody tr");
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  },
  p: () => window.print(),
};
const follow = (target) => {
  if (!target.matches("a")) target.focus();
  else if (!begun()) target.click();
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest(TYPING)) return;
  if (event.key === "Shift") return;
  const typed = before ? before + " " + event.key : event.key;
  const target = document.querySelector(`[data-key="${CSS.escape(typed)}"]`);
  clearTimeout(timer);
  before = typed === "g" ? "g" : "";
  timer = setTimeout(() => (before = ""), 1500);
  if (!target && !own[typed]) return;
  event.preventDefault();
  if (target) follow(target);
  else own[typed]();
});
