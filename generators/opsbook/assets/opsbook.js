/* opsbook: ticks that are kept, reviews that are overdue by the reader's clock, commands that are copied once their
   target is typed, pictures to look into, pages that everybody can use.
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
    /* A review holds through its day; what ends on a day no longer holds on it. */
    const today = new Date().toISOString().slice(0, 10);
    for (const time of page.querySelectorAll("time[data-opsbook-overdue]")) {
      const ends = "opsbookEnds" in time.dataset;
      const over = (time.dataset.opsbookDays ?? time.dateTime).split(" ").filter((day) => (ends ? day <= today : day < today)).length;
      if (over && !time.nextElementSibling?.matches(".opsbook-overdue")) {
        const mark = document.createElement("strong");
        mark.className = "opsbook-overdue";
        mark.textContent = ` ${time.dataset.opsbookOverdue.replace("{count}", over)}`;
        time.after(mark);
      }
    }
  }

  /* What may destroy data can be read, and copied by whoever has typed what it is meant for. */
  function targets(page) {
    for (const said of page.querySelectorAll("[data-opsbook-confirm]")) {
      const { opsbookConfirm: name, opsbookAsk: ask, opsbookOpen: done, opsbookPattern: pattern, opsbookWrong: wrong } = said.dataset;
      const aloud = said.closest("p");
      const command = said.closest(".opsbook-target")?.nextElementSibling;
      if (!command || aloud.hasAttribute("data-opsbook-asked")) continue;
      aloud.dataset.opsbookAsked = "";
      const label = document.createElement("label");
      const [before, after] = ask.split("{}");
      const code = document.createElement("code");
      code.textContent = name;
      const words = document.createElement("span");
      words.append(before, code, after);
      const field = document.createElement("input");
      Object.assign(field, { type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: false });
      label.append(words, field);
      const status = document.createElement("span");
      status.setAttribute("role", "status");
      const line = document.createElement("p");
      line.className = "opsbook-confirm";
      line.append(label, status);
      aloud.after(line);

      const typed = document.createElement("span");
      const look = () => {
        const text = field.value.trim();
        const open = pattern === undefined ? text === name : text !== "" && fits(pattern, text);
        command.toggleAttribute("data-opsbook-locked", !open);
        line.toggleAttribute("data-opsbook-open", open);
        const say = open ? done : "";
        if (status.textContent !== say) status.textContent = say;
        /* What the reader means and what the shell holds are compared where the command runs. */
        typed.remove();
        if (open && wrong !== undefined) {
          typed.textContent = `[ "$${name}" = ${quoted(text)} ] || { echo ${quoted(wrong)} >&2; false; } &&\n`;
          command.querySelector("pre > code")?.prepend(typed);
        }
      };
      field.addEventListener("input", look);
      look();
    }
  }

  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

  /* A pattern is Python's; where a browser cannot read it, the shell alone compares. */
  function fits(pattern, text) {
    try { return !pattern || new RegExp(`^(?:${pattern})$`, "u").test(text); } catch { return true; }
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
    for (const box of page.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code, .opsbook-diagram-view")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  /* Pictures that are shown smaller than they are: buttons, keys, the wheel with Ctrl, and dragging. */
  function pictures(page) {
    for (const figure of page.querySelectorAll("figure[data-opsbook-zoom-in]")) {
      if (figure.querySelector(".opsbook-zoom")) continue;
      const view = figure.querySelector(".opsbook-diagram-view");
      const svg = view.querySelector("svg");
      const { opsbookZoomIn, opsbookZoomOut, opsbookZoomFull } = figure.dataset;

      /* The point of the picture that is at (x, y) stays there. */
      const zoom = (factor, x, y) => {
        const box = view.getBoundingClientRect();
        const [atX, atY] = [x ?? box.x + box.width / 2, y ?? box.y + box.height / 2];
        const before = svg.getBoundingClientRect();
        const [shareX, shareY] = [(atX - before.x) / before.width, (atY - before.y) / before.height];
        const natural = svg.viewBox.baseVal.width;
        const width = Math.min(Math.max(before.width * factor, natural / 8), natural * 4);
        figure.style.setProperty("--opsbook-width", `${width}px`);
        figure.dataset.opsbookZoomed = "";
        const after = svg.getBoundingClientRect();
        view.scrollBy({ left: after.x + shareX * after.width - atX, top: after.y + shareY * after.height - atY, behavior: "instant" });
      };
      const reset = () => delete figure.dataset.opsbookZoomed;
      const full = () => { reset(); document.fullscreenElement ? document.exitFullscreen() : figure.requestFullscreen(); };

      const bar = document.createElement("div");
      bar.className = "opsbook-zoom";
      for (const [sign, says, act] of [["−", opsbookZoomOut, () => zoom(0.8)], ["+", opsbookZoomIn, () => zoom(1.25)], ["□", opsbookZoomFull, full]]) {
        if (act === full && !document.fullscreenEnabled) continue;
        const button = document.createElement("button");
        Object.assign(button, { type: "button", title: says, textContent: sign });
        button.setAttribute("aria-label", says);
        button.addEventListener("click", act);
        bar.append(button);
      }
      figure.prepend(bar);

      view.addEventListener("wheel", (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        zoom(Math.exp(-event.deltaY / 200), event.clientX, event.clientY);
      }, { passive: false });
      view.addEventListener("keydown", (event) => {
        const act = { "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: reset }[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act();
      });

      /* Fingers scroll by themselves. A click that moved less than four pixels is a click. */
      let held = null;
      view.addEventListener("dragstart", (event) => event.preventDefault());
      view.addEventListener("pointerdown", (event) => {
        held = event.pointerType === "mouse" && event.button === 0
          ? { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop, moved: false } : null;
      });
      view.addEventListener("pointermove", (event) => {
        if (!held || !(event.buttons & 1)) return;
        const [x, y] = [event.clientX - held.x, event.clientY - held.y];
        if (!held.moved && Math.hypot(x, y) < 4) return;
        if (!held.moved) view.setPointerCapture(event.pointerId);
        held.moved = true;
        view.dataset.opsbookHeld = "";
        view.scrollTo({ left: held.left - x, top: held.top - y, behavior: "instant" });
      });
      for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, () => delete view.dataset.opsbookHeld);
      view.addEventListener("click", (event) => {
        if (held?.moved) { event.preventDefault(); event.stopPropagation(); }
        held = null;
      }, true);
    }
  }

  /* Forms and incidents have scripts of their own, which only pages that need them load. */
  const folder = new URL(".", document.currentScript.src);
  const begun = new Set();
  async function more(page) {
    const needed = { "form[data-opsbook-form]": ["forms/js-yaml.min.js", "forms/form.js"], "[data-opsbook-incident]": ["incident/incident.js"], "[data-opsbook-fill], .opsbook-questions": ["incidents/process.js"] };
    for (const [selector, paths] of Object.entries(needed)) {
      if (begun.has(selector) || !page.querySelector(selector)) continue;
      begun.add(selector);
      for (const path of paths) await load(path);
    }
  }

  const load = (path) => new Promise((resolve) => {
    const script = document.createElement("script");
    Object.assign(script, { src: new URL(path, folder).href, onload: resolve });
    document.head.append(script);
  });

  const run = () => { more(document); ticks(document); reviews(document); targets(document); tables(document); pictures(document); access(document); };
  addEventListener("resize", () => access(document));

  /* Instant navigation replaces the page without loading one; `document$` then tells. */
  if (typeof document$ !== "undefined" && location.protocol !== "file:") document$.subscribe(run);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
