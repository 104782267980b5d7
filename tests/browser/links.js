// Where the page leads, what it needs, and the places inside of it.
(() => {
  const hrefs = (selector, key) => [...document.querySelectorAll(selector)].map((element) => element[key]);
  return {
    links: [...new Set([...hrefs("a[href], link[href]:not([rel=canonical])", "href"), ...hrefs("img, script[src]", "src")])],
    anchors: [...document.querySelectorAll("[id], a[name]")].map((element) => element.id || element.name),
  };
})();
