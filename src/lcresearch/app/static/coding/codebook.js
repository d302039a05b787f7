// The codebook: looks of codes as on the page of a text, moving by Alt and arrow keys, and by dragging.

import { looksOf } from "./looks.js";

const leaves = [...document.querySelectorAll(".leaf")];
const codes = leaves.map((leaf) => {
  const swatch = leaf.querySelector(".swatch");
  return { id: leaf.dataset.code, color: swatch.dataset.color, codable: swatch.dataset.codable === "true" };
});
const looks = looksOf(codes);
const dress = (swatch, look) => {
  swatch.style.setProperty("--code", look.line);
  swatch.classList.add(`p${look.pattern}`);
};
for (const leaf of leaves) dress(leaf.querySelector(".swatch"), looks.get(leaf.dataset.code));
for (const swatch of document.querySelectorAll(".swatch[data-of]")) dress(swatch, looks.get(swatch.dataset.of));
for (const swatch of document.querySelectorAll(".colors .swatch")) {
  swatch.style.setProperty("--code", swatch.dataset.color);
  swatch.classList.add("p0");
}

const form = document.getElementById("drag-move");
function move(leaf, { parent = "", before = "", to = "" }) {
  form.action = `${document.querySelector(".leaves").dataset.home}/code/${encodeURIComponent(leaf.dataset.code)}/move`;
  form.elements.version.value = leaf.dataset.version;
  form.elements.parent.value = parent;
  form.elements.before.value = before;
  form.elements.to.value = to;
  sessionStorage.setItem("moved-code", leaf.dataset.code);
  form.submit();
}

const ways = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
document.querySelector(".leaves")?.addEventListener("keydown", (event) => {
  const leaf = event.target.closest(".leaf");
  if (!leaf || !ways[event.key]) return;
  if (event.altKey) {
    event.preventDefault();
    move(leaf, { to: ways[event.key] });
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    leaves[leaves.indexOf(leaf) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  }
});
const moved = sessionStorage.getItem("moved-code");
sessionStorage.removeItem("moved-code");
if (moved) document.getElementById(`c-${moved}`)?.focus();

let dragged = null;
for (const leaf of leaves) {
  leaf.addEventListener("dragstart", (event) => {
    dragged = leaf;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", leaf.textContent);
  });
  leaf.addEventListener("dragover", (event) => {
    if (!dragged || dragged === leaf) return;
    event.preventDefault();
    const box = leaf.getBoundingClientRect();
    const above = event.clientY - box.top < box.height * 0.35;
    leaf.classList.toggle("before", above);
    leaf.classList.toggle("over", !above);
  });
  leaf.addEventListener("dragleave", () => leaf.classList.remove("before", "over"));
  leaf.addEventListener("drop", (event) => {
    event.preventDefault();
    const above = leaf.classList.contains("before");
    leaf.classList.remove("before", "over");
    if (dragged && dragged !== leaf) {
      move(dragged, above ? { parent: leaf.dataset.parent, before: leaf.dataset.code } : { parent: leaf.dataset.code });
    }
  });
  leaf.addEventListener("dragend", () => { dragged = null; });
}
document.documentElement.dataset.ready = "yes";
