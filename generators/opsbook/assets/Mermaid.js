/* opsbook: a global `mermaid` that loads the copy beside it when the first diagram of a site is drawn. Without one, Material
   for MkDocs fetches Mermaid from another host. Pages without diagrams load no more than this.
   The capital of its name is meant: mkdocs-mermaid2-plugin takes apart every page in which it reads the word in small
   letters, and still finds this file among the site's scripts. */
(() => {
  "use strict";

  /* An element whose id is `mermaid`, such as a heading, is a global of that name too. */
  if (window.mermaid && !(window.mermaid instanceof Element)) return;

  const library = new URL("mermaid/mermaid.min.js", document.currentScript.src).href;

  /* What would load or run something, or leave the place of the diagram. */
  const FORBIDDEN = /<\/?\s*(?!br\b)[a-z!?]+[^>]*=|<\s*(?:script|style)|\burl\s*\(|image-set\s*\(|@import|(?:java|vb)script\s*:|\bdata:[^\s;,]*[;,]|@\{[^}]*\b(?:img|icon)\b/i;

  const FIXED = {
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    /* What a diagram cannot set by itself. */
    secure: ["secure", "securityLevel", "startOnLoad", "maxTextSize", "suppressErrorRendering", "maxEdges", "themeCSS",
             "fontFamily", "altFontFamily", "dompurifyConfig"],
  };

  let settings = {};
  let loading;

  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.addEventListener("load", () => {
        const real = window.mermaid;
        window.mermaid = lazy;
        real.initialize({ ...settings, ...FIXED });
        resolve(real);
      });
      script.addEventListener("error", () => reject(new Error(`${library} is not there`)));
      document.head.append(script);
    });
    return loading;
  }

  const lazy = {
    initialize(wanted) {
      settings = wanted;
      loading?.then((real) => real.initialize({ ...settings, ...FIXED }), () => {});
    },
    parse: async (...given) => (await load()).parse(...given),
    /* What cannot be drawn is never answered: its source then stays where the drawing would have been. */
    async render(id, source, ...more) {
      try {
        if (FORBIDDEN.test(source)) throw new Error("it would load or run something");
        return await (await load()).render(id, source, ...more);
      } catch (error) {
        console.warn(`a diagram is not drawn: ${error.message}`);
        return new Promise(() => {});
      }
    },
  };

  window.mermaid = lazy;
})();
