"use strict";
for (const box of document.querySelectorAll("[data-hides]")) {
  const apply = () => document.body.classList.toggle(box.dataset.hides, !box.checked);
  box.addEventListener("change", apply);
  apply();
}
window.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});
