// Switching between two sides at the same moment; one plays at a time.
const sides = [...document.querySelectorAll("[data-blind] [data-side]")];
const buttons = [...document.querySelectorAll("[data-switch]")];
const mark = () => buttons.forEach((each, index) => each.setAttribute("aria-pressed", String(!sides[index].paused)));
sides.forEach((side, index) => {
  side.addEventListener("play", () => {
    sides.forEach((other, at) => at !== index && other.pause());
    mark();
  });
  side.addEventListener("pause", mark);
});
buttons.forEach((button, index) => {
  button.addEventListener("click", () => {
    const [here, other] = [sides[index], sides[1 - index]];
    if (!here.paused) return here.pause();
    const at = other.ended ? 0 : other.currentTime || here.currentTime;
    other.pause();
    if (Number.isFinite(here.duration)) here.currentTime = at < here.duration - 0.1 ? at : 0;
    here.play();
  });
});
// One tick box for both forms.
document.querySelectorAll("[data-mirror]").forEach((box) => {
  box.addEventListener("change", () => {
    const form = document.getElementById(box.dataset.mirror);
    form.querySelector("[name=unpin_below]")?.remove();
    if (!box.checked) return;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: box.name, value: "true" });
    form.append(field);
  });
});
