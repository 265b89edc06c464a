/* opsbook: what search looks for, and where first. Material looks for every word as it is typed, and in all systems
   alike. Small words then drown the others, a missing accent finds nothing, and another system comes first: small words
   are left out, plain ones may differ by a letter, and on a page of a system its texts weigh what titles do elsewhere.
   From a disk, the texts of all pages are read when somebody searches, not with every page. */
(() => {
  "use strict";

  const SMALL = new Set(`a al an and any are as at be by con cual cuál cuando cuándo de del do does donde dónde el en es está
    for from has hay how i in is it la las lo los me mi my no not of on or para pero por que qué se si sí sin su than that
    the this to un una was we what when where which who why with y`.split(/\s+/));

  /* What a match in a title weighs in Material. */
  const TITLE = 1000;

  /* Material's messages to its worker: of type 0 with all texts, of type 2 with a query. */
  const SETUP = 0;
  const QUERY = 2;

  const root = new URL("../../", document.currentScript.src).href;
  const here = location.href.startsWith(root) ? location.href.slice(root.length).match(/^[^/?#]+\//)?.[0] : undefined;
  const send = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    return send.call(this, told(message), ...rest);
  };

  function told(message) {
    const data = message?.data;
    if (message?.type === QUERY && typeof data === "string") return { ...message, data: lenient(data) };
    if (message?.type === SETUP && here && Array.isArray(data?.docs)) return { ...message, data: { ...data, docs: data.docs.map(nearer) } };
    return message;
  }

  const nearer = (doc) => (doc.location?.startsWith(here) ? { ...doc, boost: (doc.boost ?? 1) * TITLE } : doc);

  function lenient(query) {
    const words = query.split(/\s+/).filter(Boolean);
    const telling = words.filter((word) => !SMALL.has(word.toLowerCase()));
    if (!telling.length || /[~^*"+:]/.test(query)) return query;
    return telling.map((word) => (/^[a-z]{5,}$/i.test(word) ? `${word} ${word}~1` : word)).join(" ");
  }

  /* To mark what was searched for, Material adds a script with the texts of all pages to every page, also where nothing
     was searched for: megabytes, and a third of what it takes to open a page. It waits for the search to open. */
  const marks = new URL(location.href).searchParams.has("h");
  const toggle = document.getElementById("__search");
  if (location.protocol === "file:" && toggle && !marks) {
    const { head } = document;
    head.appendChild = (node) => {
      const index = node.src?.startsWith(`${root}search/`);
      if (index) delete head.appendChild;
      if (!index || toggle.checked) return Node.prototype.appendChild.call(head, node);
      toggle.addEventListener("change", () => head.appendChild(node), { once: true });
      return node;
    };
  }
})();
