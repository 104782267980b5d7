// Beyond what every page has without it: a choice of colors, kept in this browser only, without a cookie; and a quick way
// out. It runs before the page is drawn, so that nothing flashes.
(() => {
  const root = document.documentElement, by = (id) => document.getElementById(id), name = "haven-look";
  // lint-ignore privacy/storage: the choice of colors, by the reader's own hand; the page on the site says so
  const kept = (look) => { try { return look == null ? localStorage[name] : (localStorage[name] = look); } catch { return look; } };
  const show = (look) => {
    if (!/^(light|dark)$/.test(look)) look = "";
    root.style.colorScheme = look;
    if (look) root.dataset.theme = look; else delete root.dataset.theme;
  };
  show(kept());

  const looks = (field) => {
    field.hidden = false;
    for (const radio of field.elements) radio.checked = radio.value === (root.dataset.theme || "");
    field.onchange = ({ target }) => show(kept(target.value));
  };

  // In place of this page, so that "back" does not lead here; by Escape, too, three times in five seconds.
  const leaving = (link) => {
    const { two, one, now } = link.dataset, said = by("leave-said");
    let times = [];
    const leave = () => {
      said.textContent = now;
      for (const part of document.body.children) part.hidden = !part.contains(said);
      location.replace(link.href);
    };
    by("leave-keys").hidden = false;
    link.onclick = () => { leave(); return false; };
    onkeydown = ({ key, repeat, timeStamp }) => {
      if (repeat) return;
      times = key === "Escape" ? [...times.filter((time) => timeStamp - time < 5000), timeStamp] : [];
      if (times.length > 2) leave();
      else if (times.length) said.textContent = times.length > 1 ? one : two;
    };
    onpageshow = ({ persisted }) => { if (persisted) location.reload(); };
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (by("look")) looks(by("look"));
    if (by("leave")) leaving(by("leave"));
  });
})();
