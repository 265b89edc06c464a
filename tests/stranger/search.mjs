// Searches a built site as a browser does on a page of it, without one: with the very scripts of opsbook and Material.
// `node search.mjs SITE < {"queries": [[page, query], …]}` prints, per query, the pages that are found, the best first.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";

const site = resolve(process.argv[2]);
const { queries } = JSON.parse(readFileSync(0, "utf8"));
const { config, docs } = JSON.parse(readFileSync(join(site, "search/search_index.json"), "utf8"));
const workers = join(site, "assets/javascripts/workers");
const worker = readFileSync(join(workers, readdirSync(workers).find((name) => /^search\..*\.js$/.test(name))), "utf8");
const script = join(site, "assets/opsbook/search.js");

// Material's worker in a world of its own; it answers one message after another.
function open() {
  const world = createContext({ console, Uint16Array, addEventListener: (_, hear) => { world.hear = hear; } });
  world.self = world;
  runInContext(worker, world);
  return (message) => new Promise((answer) => {
    world.postMessage = answer;
    world.hear({ data: message });
  });
}

// What opsbook makes of a message on a page.
function told(page) {
  let sent;
  class Worker { postMessage(message) { sent = message; } }
  const [location, source] = [pathToFileURL(join(site, page)), pathToFileURL(script)];
  const document = { currentScript: { src: source.href }, getElementById: () => null };
  runInContext(readFileSync(script, "utf8"), createContext({ Worker, URL, location, document }));
  return (message) => {
    new Worker().postMessage(message);
    return sent;
  };
}

const pages = new Map();
const found = [];
for (const [page, query] of queries) {
  if (!pages.has(page)) {
    const [ask, tell] = [open(), told(page)];
    await ask(tell({ type: 0, data: { config, docs, options: { suggest: false } } }));
    pages.clear(); // one index at a time: it is large
    pages.set(page, { ask, tell });
  }
  const { ask, tell } = pages.get(page);
  const { data } = await ask(tell({ type: 2, data: query }));
  found.push(data.items.map(([first]) => first.location.replace(/#.*/, "")));
}
console.log(JSON.stringify(found));
