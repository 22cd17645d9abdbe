// Runs before the first paint so that a chosen appearance never flashes the other one. The page's policy forbids it inline.
(function () {
  try {
    var kept = JSON.parse(localStorage.getItem("pf.preferences") || "{}");
    if (kept.theme === "light" || kept.theme === "dark") document.documentElement.dataset.theme = kept.theme;
    if (kept.text === "large") document.documentElement.dataset.text = "large";
  } catch (refused) {
    // Storage may be blocked; the system's appearance is then used.
  }
})();
