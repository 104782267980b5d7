// The preview's own script: it hears of builds, and shows them. It is in previews only, never in a build.

const script = document.currentScript;
const morph = new Morph();
const overlay = new Overlay();
const events = new URL("/_holdspace/events", location.origin);
events.search = `page=${encodeURIComponent(decodeURI(location.pathname))}&seen=${script.dataset.seen}`;

// One change after the other: a page that is being fetched is finished first.
let work = Promise.resolve();
new EventSource(events).addEventListener("built", (event) => {
  const change = JSON.parse(event.data);
  work = work.then(() => show(change)).catch(() => {});
});

async function show({ page, files, told }) {
  overlay.show(told);
  if (files === null) return location.reload();
  if (page) {
    const answer = await fetch(location.href, { cache: "no-store", headers: { accept: "text/html" } });
    if (!(await morph.to(await answer.text()))) return location.reload();
  }
  refresh(files);
}

/** Files besides pages: styles are swapped, pictures drawn anew; a script that the page runs needs a fresh page. */
function refresh(files) {
  if (files.length === 0) return;
  const changed = new Set(files.map((file) => `/${file}`));
  const has = (address) => {
    const url = new URL(address, location.href);
    return url.origin === location.origin && changed.has(decodeURI(url.pathname));
  };
  if ([...document.scripts].some((script) => script.src && has(script.src))) return location.reload();
  const linked = [...document.querySelectorAll("link[rel~=stylesheet]")].some((sheet) => has(sheet.href));
  // A font, a picture or an imported sheet may belong to any of the styles.
  const other = files.some((file) => !file.match(/\.(css|js|json|xml|txt)$/)) || (!linked && files.some((file) => file.endsWith(".css")));
  if (linked || other) morph.restyle((sheet) => other || has(sheet.href));
  for (const element of document.querySelectorAll("[src]:not(script)")) {
    if (has(element.src)) element.src = anew(element.src);
  }
  for (const element of document.querySelectorAll("[srcset]")) {
    const part = (text) => text.replace(/^\s*(\S+)/, (address) => (has(address.trim()) ? anew(address.trim()) : address));
    element.srcset = element.srcset.split(",").map(part).join(",");
  }
}
