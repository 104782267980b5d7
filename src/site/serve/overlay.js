// The overlay: what is wrong, over the last good page. It lives in a shadow of its own, so that no style of the site
// reaches it and none of its own reaches the site. Words from files are only ever set as text.

class Overlay {
  constructor() {
    this.host = document.createElement("holdspace-findings");
    this.host.setAttribute("data-holdspace", "");
    const shadow = this.host.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(OVERLAY_STYLE);
    shadow.adoptedStyleSheets = [style];
    this.card = make("section", { className: "card", hidden: true, tabIndex: -1 });
    this.card.setAttribute("role", "region");
    this.card.setAttribute("aria-label", "What needs mending");
    this.pill = make("button", { className: "pill", type: "button", hidden: true });
    this.pill.addEventListener("click", () => this.open());
    // Always there, so that a screen reader hears what is put into it.
    this.voice = make("p", { className: "voice" });
    this.voice.setAttribute("role", "status");
    shadow.append(this.card, this.pill, this.voice);
    this.told = "";
    addEventListener("keydown", (event) => event.key === "Escape" && !this.card.hidden && this.close());
  }

  /** Shows findings; none, and it goes. */
  show(told) {
    const text = JSON.stringify(told);
    if (text === this.told) return;
    this.told = text;
    if (told.errors + told.warnings === 0) {
      this.host.remove();
      this.card.hidden = this.pill.hidden = true;
      this.voice.textContent = "";
      return;
    }
    // The body may not be there yet, or be another's to rule: this stands beside it.
    document.documentElement.append(this.host);
    this.fill(told);
    // A mistake comes forward; what only wants a look waits to be asked for, and so does what was put away before.
    const known = sessionStorage.getItem("holdspace-put-away") === text;
    if (told.errors > 0 && !known) this.open();
    else this.close();
    this.voice.textContent = `${count(told)}. ${told.findings[0].message}`;
  }

  fill(told) {
    const { errors, warnings, findings } = told;
    const more = errors + warnings - findings.length;
    const heading = make("h2", { textContent: errors > 0 ? "Something needs mending" : "Something to look at" });
    const words = errors > 0 ? "The page behind this is the last good one. This goes away as soon as it is mended." : "The site is built all the same.";
    const close = make("button", { className: "close", type: "button", textContent: "Show the page" });
    close.addEventListener("click", () => this.close());
    const head = make("header", {}, make("div", {}, heading, make("p", { textContent: words })), close);
    const list = make("ol", {}, ...findings.map(finding));
    this.card.replaceChildren(head, list, ...(more > 0 ? [make("p", { className: "more", textContent: `and ${more} more: holdspace check tells them` })] : []));
    this.card.className = errors > 0 ? "card errors" : "card warnings";
    this.pill.className = errors > 0 ? "pill errors" : "pill warnings";
    this.pill.textContent = count(told);
  }

  open() {
    this.card.hidden = false;
    this.pill.hidden = true;
    sessionStorage.removeItem("holdspace-put-away");
  }

  close() {
    this.card.hidden = true;
    this.pill.hidden = false;
    sessionStorage.setItem("holdspace-put-away", this.told);
  }
}

function finding({ severity, message, place, line, hints }) {
  const parts = [make("p", { className: "message" }, ...coded(message))];
  if (place) parts.push(make("p", { className: "place", textContent: place }));
  if (line) {
    const code = make("code", {}, line.before, make("mark", { textContent: line.meant || " " }), line.after);
    parts.push(make("pre", { tabIndex: 0 }, make("span", { className: "number", textContent: line.number }), code));
  }
  for (const hint of hints) parts.push(make("p", { className: "hint" }, ...coded(hint)));
  return make("li", { className: severity }, ...parts);
}

/** `words` in backticks are code. */
const coded = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", { textContent: part }) : part));

function count({ errors, warnings }) {
  const some = (number, word) => (number > 0 ? [`${number} ${word}${number > 1 ? "s" : ""}`] : []);
  return [...some(errors, "mistake"), ...some(warnings, "warning")].join(", ");
}

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
