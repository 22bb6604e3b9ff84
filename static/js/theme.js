// The reader's theme: system, light or dark. Loaded as a blocking script, before the first paint.
(() => {
  "use strict";

  const KEY = "portal.theme";
  const root = document.documentElement;
  const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

  function readChoice() {
    try {
      return localStorage.getItem(KEY) || "system";
    } catch {
      return "system"; // Storage is switched off: the choice lasts for this page.
    }
  }

  let choice = readChoice();

  function apply() {
    const isDark = choice === "dark" || (choice === "system" && systemIsDark.matches);
    root.dataset.bsTheme = isDark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  }

  function choose(name) {
    choice = name;
    try {
      localStorage.setItem(KEY, name);
    } catch {
      // As above: nothing to keep it in.
    }
    apply();
  }

  root.classList.add("js"); // shows what needs scripts (.needs-js)
  apply();
  systemIsDark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  // Paper is white, and what is folded away on a screen cannot be unfolded on it.
  window.addEventListener("beforeprint", () => {
    root.dataset.bsTheme = "light";
    for (const box of document.querySelectorAll(".why-box")) box.open = true;
  });
  window.addEventListener("afterprint", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) choose(button.dataset.themeChoice);
  });
})();
