// Text whose contrast with what is behind it is below `LEAST` (WCAG 2.2, 1.4.3). Large text is held to the same.
// Over a picture or a gradient it cannot be known, and is left out.
(() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  /** A colour in any of CSS's words as [red, green, blue, alpha], 0 to 255 and 0 to 1. */
  const colour = (words) => {
    if (!seen.has(words)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = "#000";
      paint.fillStyle = words;
      paint.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = paint.getImageData(0, 0, 1, 1).data;
      seen.set(words, [red, green, blue, alpha / 255]);
    }
    return seen.get(words);
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
  /** What is behind an element; null where that is a picture. */
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const layer = colour(style.backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), canvas);
  };
  const faults = [];
  for (const [, element] of texts()) {
    const behind = ground(element);
    if (!behind) continue;
    const ink = [...colour(getComputedStyle(element).color)];
    for (let at = element; at; at = at.parentElement) ink[3] *= parseFloat(getComputedStyle(at).opacity);
    const found = ratio(over(ink, behind), behind);
    if (found < LEAST) {
      faults.push(`${found.toFixed(2)}:1, not ${LEAST}:1 (${ink.slice(0, 3)} on ${behind.slice(0, 3).map(Math.round)}): ${name(element)}`);
    }
  }
  return [...new Set(faults)];
})();
