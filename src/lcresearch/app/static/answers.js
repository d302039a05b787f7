// Asks what to do with an earlier file only for a wave that has one.

const place = document.querySelector("[data-taken]");
const wave = document.querySelector("#f-wave");
if (place) {
  const taken = JSON.parse(place.dataset.taken);
  const choices = place.querySelectorAll("input[type=radio]");
  const update = () => {
    const asked = taken.includes(wave.value.endsWith(":") ? "" : wave.value);
    place.hidden = !asked;
    for (const one of choices) one.required = asked;
  };
  wave.addEventListener("change", update);
  update();
}
