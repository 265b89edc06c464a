/* The page of an incident process: questions that lead to the severity, texts that are filled in and copied, the time
   of the next update. What is filled in stays in this browser. The page is complete without it. */
(() => {
  "use strict";

  const site = new URL("..", document.currentScript.src).pathname;
  const store = {
    get(key) {
      try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    },
    set(key, value) {
      try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value)); } catch { /* it then lasts as long as the page */ }
    },
  };

  const button = (text, act) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  const off = (node, hidden) => node.toggleAttribute("data-opsbook-off", hidden);

  /* One question at a time; an answer can be changed, and then decides anew. */
  function questions(box, decide) {
    if (box.opsbookBegun) return;
    box.opsbookBegun = true;
    const { opsbookYes, opsbookNo, opsbookAgain } = box.dataset;
    const items = [...box.querySelectorAll("ol > li")];
    const outcomes = [...items.map((item) => item.querySelector("p:last-child")), box.querySelector(":scope > p:last-of-type")];
    const answers = [];
    const choices = items.map((item, at) => {
      const asked = item.querySelector("p");
      const group = document.createElement("span");
      group.className = "opsbook-choice";
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", asked.textContent.trim());
      group.append(...[[opsbookYes, true], [opsbookNo, false]].map(([text, says]) => button(text, () => answer(at, says))));
      asked.append(document.createElement("br"), group);
      return [...group.children];
    });
    const again = button(opsbookAgain, () => { answers.length = 0; show(); choices[0][0].focus(); });
    again.className = "opsbook-again";
    box.append(again);

    /* The outcome that the answers lead to; before, none. */
    function reached() {
      const yes = answers.indexOf(true);
      if (yes >= 0) return yes;
      return answers.length === items.length ? items.length : -1;
    }
    function show() {
      const end = reached();
      items.forEach((item, at) => off(item, at > answers.length || (end >= 0 && at > end)));
      outcomes.forEach((outcome, at) => {
        off(outcome, at !== end);
        outcome.classList.toggle("opsbook-outcome", at === end);
      });
      choices.forEach(([yes, no], at) => {
        yes.setAttribute("aria-pressed", answers[at] === true);
        no.setAttribute("aria-pressed", answers[at] === false);
      });
      off(again, !answers.length);
    }
    function answer(at, says) {
      answers.length = at;
      answers.push(says);
      show();
      const end = reached();
      if (end < 0) {
        choices[at + 1][0].focus();
        return;
      }
      outcomes[end].tabIndex = -1;
      outcomes[end].focus();
      const link = outcomes[end].querySelector("a[href*='#severity-']");
      if (link) decide(link.hash.replace("#severity-", ""));
    }
    show();
  }

  /* A time as texts: of UTC, or of the reader's clock. */
  const two = (number) => String(number).padStart(2, "0");
  const shifted = (moment) => new Date(moment.getTime() - moment.getTimezoneOffset() * 60000);
  const written = (moment) => moment.toISOString().slice(0, 19);
  function stamp(moment) {
    const offset = -moment.getTimezoneOffset();
    const size = Math.abs(offset);
    return `${written(shifted(moment))}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  }
  /* A time of today needs no day. */
  function brief(moment, shift = (one) => one) {
    const [text, today] = [written(shift(moment)), written(shift(new Date()))];
    return `${text.slice(0, 10) === today.slice(0, 10) ? "" : `${text.slice(0, 10)} `}${text.slice(11, 16)}`;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  /* The severity, when the last message was copied to be sent, and every text. */
  function lead(bar) {
    if (bar.opsbookLed) return bar.opsbookLed;
    const key = `opsbook:${site}:process:${bar.dataset.opsbookProcess}`;
    const { opsbookNext, opsbookLate, opsbookCopied, opsbookLeft } = bar.dataset;
    const severity = bar.querySelector("select");
    const next = bar.querySelector(".opsbook-next");
    const forms = [...document.querySelectorAll("[data-opsbook-fill]")];
    let kept = store.get(key) ?? {};
    const keep = () => store.set(key, Object.keys(kept).length ? kept : null);
    const chosen = () => severity.selectedOptions[0] ?? severity.options[0];
    const every = () => Number(chosen().dataset.opsbookEvery ?? 0) * 1000;
    const automatic = {
      severity: () => (severity.value ? chosen().textContent : ""),
      now: () => `${written(new Date())}Z`,
      "now-local": () => stamp(new Date()),
      "next-update": () => (every() ? brief(new Date(Date.now() + every())) : ""),
      "next-update-local": () => (every() ? brief(new Date(Date.now() + every()), shifted) : ""),
      "update-every": () => chosen().dataset.opsbookSays ?? "",
    };
    const fields = (form) => [...form.querySelectorAll("[name]")];

    /* A choice may have another of the severity's names. */
    function put(field, text, auto) {
      const names = auto === "severity" && severity.value ? JSON.parse(chosen().dataset.opsbookNames) : [text];
      const known = names.map((name) => name.toLowerCase());
      const choice = [...(field.options ?? [])].find((option) => known.includes(option.value.toLowerCase()));
      const value = field.options ? choice?.value ?? field.options[0].value : text;
      if (field.value !== value) field.value = value;
    }

    /* What the page enters itself follows the clock, until somebody enters something else. */
    function enter(form) {
      const own = kept[form.dataset.opsbookFill] ?? {};
      for (const field of fields(form)) {
        const auto = field.dataset.opsbookAuto;
        if (auto && own[field.name] === undefined && field !== document.activeElement) put(field, automatic[auto](), auto);
      }
      for (const span of form.querySelectorAll("[data-opsbook-blank]")) {
        span.opsbookEmpty ??= span.textContent;
        const value = form.querySelector(`[name="${span.dataset.opsbookBlank}"]`).value;
        const shown = value || span.opsbookEmpty;
        if (span.textContent !== shown) span.textContent = shown;
        span.toggleAttribute("data-opsbook-filled", value !== "");
      }
    }
    function fill(form) {
      const own = kept[form.dataset.opsbookFill] ?? {};
      for (const field of fields(form)) field.value = own[field.name] ?? field.options?.[0].value ?? "";
      enter(form);
    }
    function tick() {
      const due = kept.sent && every() ? new Date(kept.sent + every()) : null;
      const late = due !== null && due < new Date();
      const says = due ? `${opsbookNext}: ${brief(due)} UTC${late ? ` · ${opsbookLate}` : ` · ${Math.round((due - Date.now()) / 60000)} min`}` : "";
      if (next.textContent !== says) next.textContent = says;
      next.toggleAttribute("data-opsbook-late", late);
      forms.forEach(enter);
    }
    function choose(id) {
      severity.value = id;
      if (id) kept.severity = id;
      else delete kept.severity;
      keep();
      tick();
    }

    for (const form of forms) {
      const name = form.dataset.opsbookFill;
      const status = form.querySelector("[role=status]");
      const change = (event) => {
        const field = event.target;
        const own = kept[name] ?? {};
        if (field.value) own[field.name] = field.value;
        else delete own[field.name];
        kept[name] = own;
        if (!Object.keys(own).length) delete kept[name];
        keep();
        status.textContent = "";
        enter(form);
      };
      form.addEventListener("input", change);
      form.addEventListener("change", change);
      form.addEventListener("focusout", () => setTimeout(() => enter(form)));
      form.querySelector(".opsbook-fill-tools").hidden = false;
      form.querySelector("[data-opsbook-do=copy]").addEventListener("click", async () => {
        enter(form);
        const { opsbookStage: stage } = form.dataset;
        if (stage === "closing") delete kept.sent;
        else if (stage) kept.sent = Date.now();
        keep();
        await copy(form.querySelector(".opsbook-text").textContent);
        const blanks = form.querySelectorAll("[data-opsbook-blank]:not([data-opsbook-filled])").length;
        status.textContent = blanks ? `${opsbookCopied} · ${opsbookLeft}: ${blanks}` : opsbookCopied;
        tick();
      });
      form.querySelector("[data-opsbook-do=clear]").addEventListener("click", () => {
        delete kept[name];
        keep();
        status.textContent = "";
        fill(form);
      });
    }
    severity.addEventListener("change", () => choose(severity.value));
    bar.querySelector("button").addEventListener("click", () => {
      kept = {};
      keep();
      for (const status of document.querySelectorAll(".opsbook-fill [role=status]")) status.textContent = "";
      show();
    });
    function show() {
      severity.value = kept.severity ?? "";
      if (severity.selectedIndex < 0) severity.value = "";
      forms.forEach(fill);
      tick();
    }
    /* Another tab with the same page. */
    addEventListener("storage", (event) => {
      if (event.key !== key || !bar.isConnected) return;
      kept = store.get(key) ?? {};
      show();
    });
    bar.hidden = false;
    document.body.classList.add("opsbook-process-leads");
    show();
    const timer = setInterval(() => (bar.isConnected ? tick() : clearInterval(timer)), 5000);
    bar.opsbookLed = { choose };
    return bar.opsbookLed;
  }

  function run() {
    const bar = document.querySelector("[data-opsbook-process]");
    const led = bar && lead(bar);
    for (const box of document.querySelectorAll(".opsbook-questions")) questions(box, (id) => led?.choose(id));
  }
  if (typeof document$ !== "undefined" && location.protocol !== "file:") document$.subscribe(run);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
