/** Every <details class="drop"> on the page: one open at a time, closed by Escape or by a tap elsewhere. */
const open = () => document.querySelectorAll<HTMLDetailsElement>("details.drop[open]");

document.addEventListener("click", (event) => {
  for (const drop of open()) if (!drop.contains(event.target as Node)) drop.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of open()) {
    drop.open = false;
    drop.querySelector("summary")?.focus();
  }
});
export {};
