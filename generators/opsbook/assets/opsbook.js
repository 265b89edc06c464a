/* opsbook: ticks that are kept, and reviews that are overdue by the reader's clock. Pages are complete without it. */
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
    if (bar && boxes.length && !bar.firstChild) {
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

  /* What scrolls can be reached by keyboard; Material's search dialog gets its name. */
  function access(page) {
    for (const box of page.querySelectorAll(".md-typeset pre > code, .md-typeset__scrollwrap")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
    const search = page.querySelector("[data-md-component=search]");
    if (search && !search.getAttribute("aria-label")) search.setAttribute("aria-label", "Search");
  }

  const run = () => { ticks(document); reviews(document); access(document); };

  /* Instant navigation replaces the page without loading one; `document$` then tells. */
  if (typeof document$ !== "undefined" && location.protocol !== "file:") document$.subscribe(run);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
