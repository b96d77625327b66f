// Finding an operation, and opening the one an address names.
const field = document.getElementById("find");
const found = [...document.querySelectorAll("[data-find]")];
field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase().split(/\s+/);
  for (const each of found) each.hidden = !wanted.every((word) => each.dataset.find.includes(word));
  for (const part of document.querySelectorAll(".docs section[aria-labelledby], .docs-nav details")) {
    part.hidden = !part.querySelector("[data-find]:not([hidden])");
  }
  document.getElementById("none").hidden = found.some((each) => !each.hidden);
});
const open = () => {
  const target = document.getElementById(location.hash.slice(1) || "none");
  if (target?.matches("details")) target.open = true;
};
window.addEventListener("hashchange", open);
open();
