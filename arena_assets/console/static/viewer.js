// The picture viewer: arrows and swipes go on, wheel, + and − and two fingers zoom, drag moves.
const dialog = document.getElementById("viewer");
const picture = dialog.querySelector("img");
const canvas = dialog.querySelector(".canvas");
const said = dialog.querySelector("[data-said]");
const link = dialog.querySelector("[data-slot-link]");
const shots = () => [...document.querySelectorAll("[data-full]")];
let at = 0;
let zoom = 1;
let x = 0;
let y = 0;
const place = () => (picture.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`);
function scale(by) {
  zoom = Math.min(8, Math.max(1, zoom * by));
  if (zoom === 1) x = y = 0;
  place();
}
function show(number) {
  const all = shots();
  at = (number + all.length) % all.length;
  const shot = all[at];
  zoom = 1;
  x = y = 0;
  place();
  picture.src = shot.dataset.full;
  picture.alt = shot.dataset.title;
  said.textContent = `${shot.dataset.title} · ${at + 1} of ${all.length}`;
  link.href = shot.dataset.slot;
}
document.addEventListener("click", (event) => {
  const shot = event.target.closest("[data-full]");
  if (!shot || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  show(shots().indexOf(shot));
  dialog.showModal();
});
dialog.addEventListener("click", (event) => {
  const does = event.target.closest("[data-do]")?.dataset.do;
  if (does === "next") show(at + 1);
  if (does === "back") show(at - 1);
  if (does === "in") scale(1.5);
  if (does === "out") scale(1 / 1.5);
});
dialog.addEventListener("keydown", (event) => {
  const does = { ArrowRight: () => show(at + 1), ArrowLeft: () => show(at - 1), "+": () => scale(1.5), "-": () => scale(1 / 1.5) }[event.key];
  if (does) {
    event.preventDefault();
    does();
  }
});
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  scale(event.deltaY < 0 ? 1.15 : 1 / 1.15);
}, { passive: false });
canvas.addEventListener("dblclick", () => scale(zoom > 1 ? 0.01 : 2.5));
const fingers = new Map();
let spread = 0;
let travelled = 0;
const distance = () => {
  const [a, b] = [...fingers.values()];
  return Math.hypot(a.x - b.x, a.y - b.y);
};
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  travelled = 0;
  if (fingers.size === 2) spread = distance();
});
canvas.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (fingers.size === 2) {
    const now = distance();
    scale(now / spread);
    spread = now;
  } else if (zoom > 1) {
    x += event.clientX - before.x;
    y += event.clientY - before.y;
    place();
  } else {
    travelled += event.clientX - before.x;
  }
});
for (const kind of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(kind, (event) => {
    fingers.delete(event.pointerId);
    if (zoom === 1 && Math.abs(travelled) > 60) show(at + (travelled < 0 ? 1 : -1));
    travelled = 0;
  });
}
