// Morph: what the source of a page changed is changed in the page, and nothing else. Three states are compared: the
// source as it was, the source as it is, and the page on the screen. So a field keeps what somebody typed, a <details>
// stays open, a list keeps its scroll and its focus, and what a script put there stays, wherever the source says the
// same as before. No element is moved, for an element that is moved loses its focus.

const isOurs = (node) => node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-holdspace");
const isSheet = (node) => node.nodeName === "LINK" && node.relList.contains("stylesheet");

class Morph {
  /** The source as it is on the screen, for each of its nodes the one on the screen. */
  constructor() {
    this.shown = new WeakMap();
    this.source = document.documentElement.cloneNode(true);
    this.pair(this.source, document.documentElement);
    clean(this.source);
  }

  /** Brings the page to a new source. False where only a fresh page can. */
  async to(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").documentElement;
    clean(fresh);
    // Where scripts may run, what stands in a <noscript> is text.
    for (const noscript of fresh.querySelectorAll("noscript")) noscript.textContent = noscript.innerHTML;
    // A script that has run cannot be taken back.
    if (scripts(fresh) !== scripts(this.source)) return false;
    this.coming = [];
    this.leaving = [];
    this.later = [];
    this.node(this.source, fresh, document.documentElement);
    // Nothing is shown before its style is there, and the old style stays until then: nothing flashes.
    await this.dressed();
    for (const change of this.later) change();
    await this.dressed();
    this.leaving.forEach(retire);
    this.source = fresh;
    return true;
  }

  /** Waits for the styles that are coming. */
  async dressed() {
    const coming = this.coming.splice(0);
    if (coming.length > 0) await Promise.race([Promise.all(coming), pause(LONGEST)]);
  }

  /** Fetches style sheets anew, under the same address but for its end. */
  restyle(wanted) {
    for (const sheet of document.querySelectorAll("link[rel~=stylesheet]")) {
      if (!wanted(sheet)) continue;
      const fresh = sheet.cloneNode(true);
      fresh.href = anew(sheet.href);
      replaces.set(fresh, sheet);
      loaded(fresh).then(() => retire(sheet));
      sheet.after(fresh);
      for (const link of this.source.querySelectorAll("link")) {
        if (this.shown.get(link) === sheet) this.shown.set(link, fresh);
      }
    }
  }

  /** Remembers that each node of a source is shown by the one at its place. */
  pair(source, shown) {
    this.shown.set(source, shown);
    for (let a = source.firstChild, b = shown.firstChild; a && b; a = a.nextSibling, b = b.nextSibling) this.pair(a, b);
  }

  /** The same for a source that says the same as before. */
  keep(was, is) {
    const shown = this.shown.get(was);
    if (shown) this.shown.set(is, shown);
    for (let a = was.firstChild, b = is.firstChild; a && b; a = a.nextSibling, b = b.nextSibling) this.keep(a, b);
  }

  /** A node that was and is of the same kind. */
  node(was, is, shown) {
    this.shown.set(is, shown);
    if (is.nodeType !== Node.ELEMENT_NODE) {
      if (was.data !== is.data) shown.data = is.data;
      return;
    }
    for (const { name, value } of is.attributes) {
      if (was.getAttribute(name) !== value) shown.setAttribute(name, value);
    }
    for (const { name } of [...was.attributes]) {
      if (!is.hasAttribute(name)) shown.removeAttribute(name);
    }
    if (is.nodeName === "TEMPLATE") {
      if (was.innerHTML !== is.innerHTML) shown.innerHTML = is.innerHTML;
      return;
    }
    const children = () => this.children([...was.childNodes], [...is.childNodes], shown);
    if (is.nodeName === "BODY") this.later.push(children);
    else children();
  }

  children(was, is, shown) {
    // What the last placed node is: a new one goes behind it. What scripts put between stays where it is.
    let last = null;
    const place = (node) => {
      if (node && node.parentNode === shown) last = node;
    };
    const step = {
      kept: (a, b) => {
        this.keep(a, b);
        place(this.shown.get(a));
      },
      changed: (a, b) => {
        const there = this.shown.get(a);
        if (!there) return step.made(b);
        this.node(a, b, there);
        place(there);
      },
      made: (b) => {
        const fresh = document.importNode(b, true);
        this.pair(b, fresh);
        if (isSheet(fresh)) this.coming.push(loaded(fresh));
        shown.insertBefore(fresh, last ? last.nextSibling : shown.firstChild);
        last = fresh;
      },
      gone: (a) => {
        const there = this.shown.get(a);
        if (!there) return;
        if (isSheet(there)) this.leaving.push(there);
        else there.remove();
      },
    };
    walk(was, is, step);
  }
}

// Walks two lists of siblings side by side: what is the same in both is the frame, and between two that are the same,
// those of one kind are the same element, changed.
function walk(was, is, step) {
  let start = 0;
  while (start < was.length && start < is.length && was[start].isEqualNode(is[start])) {
    step.kept(was[start], is[start]);
    start++;
  }
  let end = 0;
  const most = Math.min(was.length, is.length) - start;
  while (end < most && was[was.length - 1 - end].isEqualNode(is[is.length - 1 - end])) end++;
  const middle = [was.slice(start, was.length - end), is.slice(start, is.length - end)];
  let [i, j] = [0, 0];
  for (const [a, b] of [...frame(...middle), [middle[0].length, middle[1].length]]) {
    gap(middle[0].slice(i, a), middle[1].slice(j, b), step);
    if (a < middle[0].length && b < middle[1].length) step.kept(middle[0][a], middle[1][b]);
    [i, j] = [a + 1, b + 1];
  }
  for (let k = end; k > 0; k--) step.kept(was[was.length - k], is[is.length - k]);
}

/** The longest list of pairs that are the same, in order: the classic table. Very long lists have none. */
function frame(was, is) {
  const width = is.length + 1;
  if (was.length * is.length > 1e6) return [];
  const text = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.outerHTML : `${node.nodeName} ${node.data}`);
  const [a, b] = [was.map(text), is.map(text)];
  const table = new Uint16Array((was.length + 1) * width);
  for (let i = was.length - 1; i >= 0; i--) {
    for (let j = is.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j]
        ? table[(i + 1) * width + j + 1] + 1
        : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < was.length && j < is.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i++;
    else j++;
  }
  return pairs;
}

function gap(was, is, step) {
  let next = 0;
  for (const b of is) {
    let at = next;
    while (at < was.length && !isAlike(was[at], b)) at++;
    if (at === was.length) {
      step.made(b);
      continue;
    }
    while (next < at) step.gone(was[next++]);
    step.changed(was[next++], b);
  }
  while (next < was.length) step.gone(was[next++]);
}

/** Whether one can become the other without anybody noticing more than the change. */
function isAlike(a, b) {
  if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName) return false;
  if (a.nodeType !== Node.ELEMENT_NODE) return true;
  return !isSheet(a) && a.id === b.id && a.getAttribute("type") === b.getAttribute("type");
}

/** Takes out what the preview itself added. */
function clean(source) {
  for (const ours of source.querySelectorAll("[data-holdspace]")) ours.remove();
}

const scripts = (source) => [...source.querySelectorAll("script")].map((script) => script.outerHTML).join("\n");

const loaded = (sheet) => new Promise((done) => {
  sheet.addEventListener("load", done, { once: true });
  sheet.addEventListener("error", done, { once: true });
});

/** For a sheet that is loading, the one whose place it takes. */
const replaces = new WeakMap();

/** Takes a sheet away, and those that it was to follow. */
function retire(sheet) {
  for (let one = sheet; one; one = replaces.get(one)) one.remove();
}

/** A style that doesn't come is not waited for longer than this, in milliseconds. */
const LONGEST = 2000;
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function anew(address) {
  const url = new URL(address, location.href);
  url.searchParams.set("holdspace", Date.now());
  return url.href;
}
