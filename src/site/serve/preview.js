// Reloads the page when there is a newer build, and keeps its place. It is in previews only, never in a build.
(() => {
  const version = document.currentScript.dataset.version;
  const key = "holdspace-place:" + location.pathname;
  const place = sessionStorage.getItem(key);
  if (place !== null) {
    sessionStorage.removeItem(key);
    history.scrollRestoration = "manual";
    const restore = () => scrollTo({ top: Number(place), behavior: "instant" });
    restore();
    addEventListener("load", restore, { once: true });
  }
  new EventSource("/_holdspace/events").addEventListener("built", (event) => {
    if (event.data === version) return;
    sessionStorage.setItem(key, scrollY);
    location.reload();
  });
  const overlay = document.getElementById("holdspace-overlay");
  if (!overlay) return;
  const close = () => overlay.remove();
  overlay.querySelector("button").addEventListener("click", close);
  addEventListener("keydown", (event) => event.key === "Escape" && close());
})();
