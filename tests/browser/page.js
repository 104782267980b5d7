// What the checks of a page stand on. It is put before each of them; nothing of it is in the site.

/** Opens what can be opened, so that all of the page is looked at. */
document.querySelectorAll("details").forEach((details) => (details.open = true));

/** Whether a reader sees it. */
const shown = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
};

/** An element as a theme's author would look for it, with the beginning of its words. */
const name = (element) => {
  const parts = [];
  for (let at = element; at && at !== document.body && parts.length < 3; at = at.parentElement) {
    parts.unshift(at.localName + [...at.classList].map((part) => "." + part).join(""));
  }
  const words = element.textContent.trim().replace(/\s+/g, " ");
  return parts.join(" ") + " “" + (words.length > 48 ? words.slice(0, 47) + "…" : words) + "”";
};

/** The pieces of text that a reader sees, each with its element. Text in a drawing is the drawing's matter. */
const texts = (root = document.body) => {
  const found = [];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    const hidden = element.closest("svg, script, style, noscript, template");
    if (walk.currentNode.data.trim() && !hidden && shown(element)) found.push([walk.currentNode.data.trim(), element]);
  }
  return found;
};
