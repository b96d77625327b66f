// The 3D viewer is a megabyte: it comes when somebody asks for it.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-model]");
  if (!button) return;
  button.disabled = true;
  button.textContent = "Loading the model…";
  // Our policy lets no WebAssembly run. Not seeing it, the viewer does not try, and needs none here.
  globalThis.WebAssembly = undefined;
  await import(document.querySelector('meta[name="lib-model-viewer"]').content);
  const view = document.createElement("model-viewer");
  view.setAttribute("src", button.dataset.model);
  view.setAttribute("alt", button.dataset.title);
  for (const each of ["camera-controls", "touch-action=pan-y", "shadow-intensity=0.6", "interaction-prompt=none", "camera-target=0m 3m 0m", "camera-orbit=35deg 66deg 62m", "max-camera-orbit=auto 88deg 260m", "min-camera-orbit=auto auto 8m", "field-of-view=40deg", "exposure=1.1"]) {
    const [name, value = ""] = each.split("=");
    view.setAttribute(name, value);
  }
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) view.setAttribute("auto-rotate", "");
  const stage = button.closest(".stage");
  view.addEventListener("load", () => (stage.dataset.loaded = ""));
  view.addEventListener("error", () => (stage.dataset.failed = ""));
  stage.replaceChildren(view);
  view.focus();
});
