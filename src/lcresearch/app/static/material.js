// A place to drop a codebook is shown only when a codebook of one's own is chosen.

for (const place of document.querySelectorAll("[data-shown-by]")) {
  const chooser = document.querySelector(`[data-shows="${place.dataset.shownBy}"]`);
  const input = place.querySelector("input[type=file]");
  const show = () => {
    place.hidden = !chooser.checked;
    input.required = chooser.checked;
  };
  chooser.form.addEventListener("change", show);
  show();
}
