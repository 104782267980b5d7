// What haven adds where a browser runs scripts: a choice of colors, and a quick way out. Every page is whole without it.
// It runs before the page is drawn, so that nothing flashes, and keeps the choice in this browser only: no cookie.
(() => {
  const root = document.documentElement;
  const name = "haven-look";
  // lint-ignore privacy/storage: the choice of colors, by the reader's own hand; the page on the site says so
  const kept = () => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (look) => { try { if (look) localStorage.setItem(name, look); else localStorage.removeItem(name); } catch {} };
  const show = (look) => {
    const known = look === "light" || look === "dark";
    if (known) root.dataset.theme = look; else delete root.dataset.theme;
    root.style.colorScheme = known ? look : "";
  };
  show(kept());

  // Colors: the radio buttons in the footer.
  const looks = (field) => {
    field.hidden = false;
    const mark = () => { for (const radio of field.elements) radio.checked = radio.value === (root.dataset.theme ?? ""); };
    mark();
    field.addEventListener("change", ({ target }) => { keep(target.value); show(target.value); });
    addEventListener("storage", ({ key }) => { if (key === name) { show(kept()); mark(); } });
  };

  // The way out: in place of this page, so that "back" does not lead here; by Escape, too, three times in five seconds.
  const leaving = (link) => {
    const { two, one, now } = link.dataset;
    const said = document.getElementById("leave-said");
    document.getElementById("leave-keys").hidden = false;
    let times = [];
    const leave = () => {
      said.textContent = now;
      document.title = "…";
      for (const part of document.body.children) if (!part.contains(said)) part.hidden = true;
      location.replace(link.href);
    };
    link.addEventListener("click", (event) => { event.preventDefault(); leave(); });
    addEventListener("keydown", ({ key, repeat, timeStamp }) => {
      if (key !== "Escape") { times = []; return; }
      if (repeat) return;
      times = [...times.filter((time) => timeStamp - time < 5000), timeStamp];
      if (times.length > 2) leave();
      else said.textContent = [two, one][times.length - 1];
    });
    // A page that comes back out of a browser's memory is shown whole again.
    addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
  };

  addEventListener("DOMContentLoaded", () => {
    const field = document.getElementById("look");
    const link = document.getElementById("leave");
    if (field) looks(field);
    if (link) leaving(link);
  });
})();
