// jsonld.cjs FOLDER: holds every page's JSON-LD against schema.org's vocabulary, which schema-dts has as types. Prints the faults and
// how many blocks there are, as JSON.
'use strict';
const { readFileSync, readdirSync } = require('node:fs');
const { dirname, join } = require('node:path');
const ts = require('typescript');

const folder = process.argv[2];
const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.html'));
const lines = ["import type { Graph, WithContext } from 'schema-dts';"];
const page_of = [undefined];
for (const page of pages) {
  const html = readFileSync(join(folder, page), 'utf8');
  for (const [, block] of html.matchAll(/<script type="application\/ld\+json">([\s\S]*?)<\/script>/g)) {
    page_of.push(page);
    const said = JSON.parse(block);
    const kind = '@graph' in said ? 'Graph' : `WithContext<import('schema-dts').${said['@type']}>`;
    lines.push(`export const block${lines.length}: ${kind} = ${JSON.stringify(said)};`);
  }
}
// The file is only in memory, as if it stood beside the packages that it needs.
const file = join(dirname(require.resolve('schema-dts/package.json')), '..', '..', 'blocks.ts');
const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  types: [],
};
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists, readFile } = host;
host.fileExists = (name) => name === file || fileExists.call(host, name);
host.readFile = (name) => (name === file ? lines.join('\n') : readFile.call(host, name));
host.getSourceFile = (name, ...rest) =>
  name === file ? ts.createSourceFile(name, lines.join('\n'), rest[0]) : getSourceFile.call(host, name, ...rest);
const faults = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map((fault) => {
  const line = fault.file ? fault.file.getLineAndCharacterOfPosition(fault.start).line : 0;
  return `${page_of[line]}: ${ts.flattenDiagnosticMessageText(fault.messageText, ' ').slice(0, 400)}`;
});
console.log(JSON.stringify({ blocks: lines.length - 1, faults }));
