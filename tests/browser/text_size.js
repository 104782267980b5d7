// Text that is too small on a phone. What is read (in main, more than `READ` letters) has 18 px; a label has 16.
(() => {
  const faults = [];
  for (const [, element] of texts()) {
    const size = parseFloat(getComputedStyle(element).fontSize);
    const sentence = element.closest("main") && element.textContent.trim().length > READ;
    const wanted = sentence ? 18 : 16;
    if (size < wanted - 0.01) faults.push(`${size} px, not ${wanted}: ${name(element)}`);
  }
  const body = parseFloat(getComputedStyle(document.body).fontSize);
  if (body < 18) faults.push(`the body has ${body} px`);
  return [...new Set(faults)];
})();
