// lighthouse.cjs URL...: the marks that Lighthouse gives each page on a phone's settings, as JSON: performance, accessibility, best
// practices, SEO, from 0 to 100. An address that ends in #unlisted asks not to be listed, and is not marked down for it.
'use strict';
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const load = (file) => import(pathToFileURL(join(process.env.NODE_PATH, file)));
const categories = ['performance', 'accessibility', 'best-practices', 'seo'];

(async () => {
  const { default: lighthouse } = await load('lighthouse/core/index.js');
  const { launch } = await load('chrome-launcher/dist/index.js');
  const chrome = await launch({
    chromePath: process.env.CHROME_PATH,
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const marks = {};
    for (const address of process.argv.slice(2)) {
      const [url, unlisted] = address.split('#');
      const { lhr } = await lighthouse(url, {
        port: chrome.port,
        logLevel: 'silent',
        disableFullPageScreenshot: true,
        onlyCategories: categories,
        skipAudits: unlisted ? ['is-crawlable'] : [],
      });
      if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
      marks[address] = categories.map((category) => Math.round(lhr.categories[category].score * 100));
    }
    console.log(JSON.stringify(marks));
  } finally {
    await chrome.kill();
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
