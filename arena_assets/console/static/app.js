// What every page needs: CSRF for htmx, theme switch, dialogs, toasts, live events.
const root = document.documentElement;
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = meta("csrf-token");
});

function toast(text, kind = "good") {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  box.textContent = text;
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), kind === "bad" ? 12000 : 5000);
}
document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.kind));
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401) return location.assign("/sign-in");
  let said = "That did not work. Load the page again.";
  try {
    const problem = JSON.parse(xhr.responseText);
    said = problem.detail ?? problem.title ?? said;
  } catch {
    said = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-error]")?.textContent ?? said;
  }
  toast(said, "bad");
});
document.addEventListener("htmx:sendError", () => toast("The server does not answer. It may be restarting.", "bad"));

const dark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.addEventListener("click", (event) => {
  const to = event.target.closest("[data-theme-switch],[data-open],[data-close],[data-copy],[data-use]");
  if (!to) return;
  if ("themeSwitch" in to.dataset) {
    root.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    document.dispatchEvent(new Event("themechange"));
  } else if (to.dataset.open) {
    document.getElementById(to.dataset.open)?.showModal();
  } else if ("close" in to.dataset) {
    to.closest("dialog")?.close();
  } else if (to.dataset.use) {
    const field = document.querySelector(to.dataset.into);
    field.value = to.dataset.use;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  } else if (to.dataset.copy) {
    navigator.clipboard?.writeText(to.dataset.copy).then(() => toast("Copied."));
  }
});
document.addEventListener("click", (event) => {
  if (event.target.matches("dialog.box")) event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
// A dialog fetched from the server opens itself.
document.addEventListener("htmx:afterSwap", (event) => {
  for (const dialog of event.detail.target.querySelectorAll("dialog[data-show]")) {
    if (!dialog.open) dialog.showModal();
  }
});
// A choice that is all its form asks for sends it; without scripts its button does.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
// A form is sent once, however often it is clicked.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("hx-post")) return;
  setTimeout(() => form.querySelectorAll("[type=submit]").forEach((each) => (each.disabled = true)));
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[type=submit]:disabled:not([data-off])").forEach((each) => (each.disabled = false));
});

// Live parts: elements with data-live="<address of an event stream>" get "changed" when something
// happened, at most twice a second; htmx then fetches what is new.
const streams = new Map();
function listen(address) {
  if (streams.has(address)) return;
  const source = new EventSource(address);
  let waiting = false;
  const changed = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      for (const each of document.querySelectorAll(`[data-live="${CSS.escape(address)}"]`)) htmx.trigger(each, "changed");
    }, 500);
  };
  for (const kind of meta("event-kinds").split(" ")) source.addEventListener(kind, changed);
  source.onopen = () => document.dispatchEvent(new CustomEvent("live", { detail: true }));
  source.onerror = () => document.dispatchEvent(new CustomEvent("live", { detail: false }));
  streams.set(address, source);
}
const listenAll = () => document.querySelectorAll("[data-live]").forEach((each) => listen(each.dataset.live));
document.addEventListener("htmx:afterSettle", listenAll);
listenAll();
window.addEventListener("pagehide", () => streams.forEach((source) => source.close()));
document.addEventListener("live", (event) => {
  document.querySelectorAll("[data-live-sign]").forEach((each) => {
    each.textContent = event.detail ? "Live" : "Reconnecting…";
    each.className = `badge ${event.detail ? "good" : "warn"}`;
  });
});
// One-key commands announce themselves on their element: data-key="a".
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select, [contenteditable], video, model-viewer")) return;
  // Arrows scroll what can be focused in order to be scrolled, and seek in what plays.
  if (event.key.startsWith("Arrow") && event.target.closest('audio, [tabindex="0"]')) return;
  const found = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key.split(" ").includes(event.key));
  if (!found) return;
  event.preventDefault();
  found.matches("input, textarea, select") ? found.focus() : found.click();
});
