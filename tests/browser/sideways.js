// What makes the page wider than `WIDTH`: nothing, if it is well.
(() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= WIDTH && innerWidth <= WIDTH) return [];
  const contained = (element) => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")].filter(
    (element) => shown(element) && !contained(element) && element.getBoundingClientRect().right > WIDTH + 0.5,
  );
  // The innermost say it best.
  const inner = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
  return [`it is ${page.scrollWidth} px wide in ${WIDTH}: ${inner.slice(0, 3).map(name).join("; ")}`];
})();
