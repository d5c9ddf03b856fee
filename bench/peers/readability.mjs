// readability.mjs: the worker for Mozilla's Readability.js on jsdom.
//
// In: the folder with node_modules; then on standard input, for each page, a
// line of JSON (length, url) and that many bytes.  Out: for each page a line
// of JSON: seconds of CPU of this process (collecting garbage included), and
// html or error.  jsdom gets the bytes: it finds the charset as browsers do.
// Its defaults run no script and load nothing.  Read and written without
// events: one page at a time, so that CPU time is that page's.
import { readSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2], "package.json"));
const { JSDOM, VirtualConsole } = require("jsdom");
const { Readability } = require("@mozilla/readability");

let held = Buffer.alloc(0);

// Makes `held` longer; false at the end of input.
function more() {
  const chunk = Buffer.alloc(1 << 20);
  const length = readSync(0, chunk, 0, chunk.length, null);
  held = Buffer.concat([held, chunk.subarray(0, length)]);
  return length > 0;
}

function take(length) {
  while (held.length < length)
    if (!more())
      throw new Error("input ends within a page");
  const bytes = held.subarray(0, length);
  held = held.subarray(length);
  return bytes;
}

function takeLine() {
  let end;
  while ((end = held.indexOf(10)) < 0)
    if (!more())
      return null;
  return take(end + 1).toString("utf8");
}

function put(line) {
  const bytes = Buffer.from(line, "utf8");
  for (let at = 0; at < bytes.length;)
    at += writeSync(1, bytes, at);
}

function extract(page, url) {
  // A console of its own: complaints about style sheets are not results.
  const options = { virtualConsole: new VirtualConsole() };
  if (url)
    options.url = url;
  const dom = new JSDOM(page, options);
  const article = new Readability(dom.window.document).parse();
  dom.window.close();
  return article ? article.content : "";
}

function answer(page, url) {
  const start = process.cpuUsage();
  const result = {};
  try {
    result.html = extract(page, url);
  } catch (problem) {
    result.error = String(problem).slice(0, 300);
  }
  const used = process.cpuUsage(start);
  result.seconds = (used.user + used.system) / 1e6;
  return result;
}

for (let line; (line = takeLine()) !== null;) {
  const facts = JSON.parse(line);
  put(JSON.stringify(answer(take(facts.length), facts.url)) + "\n");
}
