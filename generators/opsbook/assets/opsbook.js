/* opsbook: ticks that are kept, reviews that are overdue by the reader's clock, pages that everybody can use.
   Pages are complete without it. */
(() => {
  "use strict";

  /* Pages opened from disk share one storage: the folder of the site keeps projects apart. */
  const site = new URL(".", document.currentScript.src).pathname;
  const name = (tick) => `opsbook:${site}:${tick}`;

  const store = {
    get(key) {
      try { return localStorage.getItem(key); } catch { return null; }
    },
    set(key, value) {
      try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* ticks then last as long as the page */ }
    },
  };

  function ticks(page) {
    const boxes = [...page.querySelectorAll("input[data-opsbook-tick]")];
    const bar = page.querySelector("[data-opsbook-progress]");
    const show = () => {
      if (!bar) return;
      bar.querySelector("span").textContent = `${boxes.filter((box) => box.checked).length} / ${boxes.length} ${bar.dataset.opsbookDone}`;
    };
    if (bar && !bar.firstChild) {
      const count = document.createElement("span");
      count.setAttribute("role", "status");
      const reset = document.createElement("button");
      reset.type = "button";
      reset.textContent = bar.dataset.opsbookReset;
      reset.addEventListener("click", () => {
        for (const box of boxes) {
          box.checked = false;
          store.set(name(box.dataset.opsbookTick), null);
        }
        show();
      });
      bar.append(count, reset);
    }
    for (const box of boxes) {
      box.checked = store.get(name(box.dataset.opsbookTick)) === "1";
      box.addEventListener("change", () => {
        store.set(name(box.dataset.opsbookTick), box.checked ? "1" : null);
        show();
      });
    }
    show();
  }

  function reviews(page) {
    const today = new Date().toISOString().slice(0, 10);
    for (const time of page.querySelectorAll("time[data-opsbook-overdue]")) {
      if (time.dateTime < today && !time.nextElementSibling?.matches(".opsbook-overdue")) {
        const mark = document.createElement("strong");
        mark.className = "opsbook-overdue";
        mark.textContent = ` ${time.dataset.opsbookOverdue}`;
        time.after(mark);
      }
    }
  }

  /* Each cell knows its column, and stays a cell when a narrow screen shows rows one below the other. */
  function tables(page) {
    const role = (nodes, value) => { for (const node of nodes) node.setAttribute("role", value); };
    for (const table of page.querySelectorAll(".md-typeset table:not([class])")) {
      const heads = [...table.querySelectorAll("thead th")];
      role([table], "table");
      role(table.querySelectorAll("thead, tbody"), "rowgroup");
      role(table.querySelectorAll("tr"), "row");
      role(heads, "columnheader");
      role(table.querySelectorAll("td"), "cell");
      for (const cell of table.querySelectorAll("td")) cell.dataset.opsbookColumn = heads[cell.cellIndex]?.textContent ?? "";
      table.dataset.opsbookRows = "";
    }
  }

  /* What Material leaves without a name gets one; what scrolls can be reached by keyboard. */
  function access(page) {
    const search = page.querySelector("[data-md-component=search]");
    search?.setAttribute("aria-label", search.querySelector("input")?.placeholder ?? "");
    for (const nav of page.querySelectorAll("nav[aria-labelledby]")) {
      const label = page.getElementById(nav.getAttribute("aria-labelledby"));
      const title = nav.querySelector(".md-nav__title");
      if (label && title && !label.textContent.trim()) {
        nav.removeAttribute("aria-labelledby");
        nav.setAttribute("aria-label", title.textContent.trim());
      }
    }
    for (const nav of page.querySelectorAll(".md-code__nav")) nav.setAttribute("role", "none");
    for (const box of page.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  /* Material looks for every word as it is typed. Small words then drown the others, and a missing accent finds
     nothing: the former are left out, and plain words may differ by a letter. Its message type 2 is a query. */
  const send = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const query = message?.type === 2 && typeof message.data === "string";
    return send.call(this, query ? { ...message, data: lenient(message.data) } : message, ...rest);
  };

  function lenient(query) {
    const words = query.split(/\s+/).filter(Boolean);
    const long = words.filter((word) => word.length > 3);
    if (!long.length || /[~^*"+:]/.test(query)) return query;
    return long.map((word) => (/^[a-z]{5,}$/i.test(word) ? `${word} ${word}~1` : word)).join(" ");
  }

  const run = () => { ticks(document); reviews(document); tables(document); access(document); };
  addEventListener("resize", () => access(document));

  /* Instant navigation replaces the page without loading one; `document$` then tells. */
  if (typeof document$ !== "undefined" && location.protocol !== "file:") document$.subscribe(run);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
