// The search: Pagefind's index, fetched when somebody begins to write, and not before. Said to screen readers; every result is
// a link. What it needs is on this site.
(() => {
  const form = document.querySelector("form.search");
  const field = form.querySelector("input");
  const told = form.querySelector(".search-told");
  const list = form.querySelector(".search-found");
  const more = form.querySelector(".search-more");
  const words = form.dataset;
  const PAGE = 8;

  // The site may lie in any folder of its host.
  const root = new URL("../".repeat(words.here.split("/").length - 2), location.href);
  let pagefind;
  let found = [];
  let asked = "";

  function load() {
    pagefind ??= import(new URL("pagefind/pagefind.js", root).href).then(async (index) => {
      await index.options({ baseUrl: root.pathname, excerptLength: 22 });
      return index;
    });
    return pagefind;
  }

  const text = (element, content) => Object.assign(document.createElement(element), { textContent: content });

  // An excerpt comes as text with <mark>; nothing else in it becomes an element.
  function excerpt(html) {
    const paragraph = document.createElement("p");
    for (const [index, part] of html.split(/<mark>(.*?)<\/mark>/s).entries()) {
      // Read in a document of its own, where nothing runs or loads. Without `<body>` it would begin behind the first spaces.
      const plain = new DOMParser().parseFromString(`<body>${part}`, "text/html").body.textContent;
      paragraph.append(index % 2 ? text("mark", plain) : plain);
    }
    return paragraph;
  }

  function link(address, title) {
    return Object.assign(text("a", title), { href: address });
  }

  function entry(result) {
    const item = document.createElement("li");
    item.append(link(result.url, result.meta.title), excerpt(result.excerpt));
    const parts = (result.sub_results ?? []).filter((part) => part.url.includes("#")).slice(0, 3);
    if (parts.length) {
      const inside = document.createElement("ul");
      for (const part of parts) {
        const line = document.createElement("li");
        line.append(link(part.url, part.title));
        inside.append(line);
      }
      item.append(inside);
    }
    return item;
  }

  async function show(count) {
    const mine = asked;
    const shown = list.children.length;
    const results = await Promise.all(found.slice(shown, shown + count).map((result) => result.data()));
    if (mine !== asked) return;
    list.append(...results.map(entry));
    more.hidden = list.children.length >= found.length;
    return shown;
  }

  async function search(query) {
    asked = query;
    if (!query) {
      found = [];
      list.replaceChildren();
      told.textContent = "";
      more.hidden = true;
      return;
    }
    told.textContent = words.wait;
    try {
      const index = await load();
      const result = await index.search(query);
      if (query !== asked) return;
      found = result.results;
      list.replaceChildren();
      await show(PAGE);
      const count = found.length;
      const say = count === 0 ? words.none : count === 1 ? words.one : words.many;
      told.textContent = say.replace("{n}", count).replace("{q}", query);
    } catch (error) {
      told.textContent = words.fails;
      console.info("holdspace search:", error);
    }
  }

  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    load().catch(() => {});
    timer = setTimeout(() => search(field.value.trim()), 250);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    const address = new URL(location.href);
    address.searchParams.set("q", field.value.trim());
    history.replaceState(null, "", address);
    search(field.value.trim());
  });
  more.addEventListener("click", async () => {
    const first = await show(PAGE);
    list.children[first]?.querySelector("a")?.focus();
  });

  document.documentElement.classList.add("can-search");
  const query = new URL(location.href).searchParams.get("q");
  if (query) {
    field.value = query;
    search(query.trim());
  }
})();
