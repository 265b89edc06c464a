/* opsbook: forms that are filled in on a page. What is typed stays in this browser; what is exported is a spec that
   validates. A draft that is opened keeps what the form has no field for. */
(() => {
  "use strict";

  const site = new URL("..", document.currentScript.src).pathname;
  const YAML = { schema: jsyaml.CORE_SCHEMA, lineWidth: 100, noRefs: true };

  const own = (element) => element.parentElement.closest("[data-opsbook-group], [data-opsbook-row], form");
  const within = (root, selector) => [...root.querySelectorAll(selector)].filter((one) => own(one) === root);
  const rowsOf = (rows) => [...rows.querySelectorAll(":scope > [data-opsbook-row]")];
  const nameOf = (field) => field.name || field.dataset.opsbookName;
  const mapping = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const scalar = (value) => value == null || typeof value !== "object";

  const read = {
    line: (field) => field.value,
    text: (field) => field.value,
    /* A figure that is none stays what was typed: the checks say so, and nothing is lost. */
    number: (field) => (field.value.trim() && Number.isFinite(Number(field.value)) ? Number(field.value) : field.value),
    lines: (field) => field.value.split("\n").filter((line) => line.trim()),
    choices: (field) => {
      const checked = [...field.querySelectorAll("input:checked")].map((box) => box.value);
      const before = (field.opsbookOrder ?? []).filter((value) => checked.includes(value));
      return [...before, ...checked.filter((value) => !before.includes(value))];
    },
  };
  const write = {
    line: (field, value) => { field.value = value ?? ""; if (field.value !== String(value ?? "")) option(field, value); },
    text: (field, value) => { field.value = value ?? ""; },
    number: (field, value) => { field.value = value ?? ""; },
    lines: (field, value) => { field.value = (value ?? []).join("\n"); },
    choices: (field, value) => {
      field.opsbookOrder = value ?? [];
      const boxes = [...field.querySelectorAll("input")];
      for (const one of field.opsbookOrder) if (!boxes.some((box) => box.value === one)) boxes.push(choice(field, one));
      for (const box of boxes) box.checked = field.opsbookOrder.includes(box.value);
    },
  };

  /* What a draft says and this system does not know stays to be seen, and to be exported. */
  function option(field, value) {
    if (field.tagName !== "SELECT") return;
    field.append(new Option(value, value));
    field.value = value;
  }

  function choice(field, value) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value });
    const label = document.createElement("label");
    label.append(box, ` ${value}`);
    field.append(label);
    return box;
  }

  const empty = (value) => value === "" || value == null || (typeof value === "object" && !Object.keys(value).length);

  /* The values of a form, a group or a row, with whatever `base` holds beside them. */
  function collect(root, base = {}) {
    const known = new Map();
    for (const field of within(root, "[data-opsbook-field]")) known.set(nameOf(field), read[field.dataset.opsbookField](field));
    for (const group of within(root, "[data-opsbook-group]")) known.set(group.dataset.opsbookGroup, collect(group, base[group.dataset.opsbookGroup]));
    for (const rows of within(root, "[data-opsbook-rows]")) {
      const found = rowsOf(rows).map((row) => collect(row, row.opsbookBase));
      known.set(rows.dataset.opsbookRows, found.filter((row) => !empty(row)));
    }
    const made = {};
    for (const [key, value] of Object.entries(base)) if (!known.has(key)) made[key] = value;
    for (const [key, value] of known) if (!empty(value)) made[key] = value;
    return made;
  }

  function fill(root, values = {}) {
    for (const field of within(root, "[data-opsbook-field]")) write[field.dataset.opsbookField](field, values[nameOf(field)]);
    for (const group of within(root, "[data-opsbook-group]")) fill(group, values[group.dataset.opsbookGroup]);
    for (const rows of within(root, "[data-opsbook-rows]")) {
      const items = values[rows.dataset.opsbookRows] ?? [];
      while (rowsOf(rows).length > Math.max(items.length, 1)) rowsOf(rows).at(-1).remove();
      while (rowsOf(rows).length < items.length) add(rows);
      rowsOf(rows).forEach((row, index) => { row.opsbookBase = items[index]; fill(row, items[index]); });
    }
  }

  /* Where a draft holds something that no field of the form could show; nothing where all of it fits. */
  function misfit(root, values, path = "") {
    if (!mapping(values)) return path || "/";
    for (const field of within(root, "[data-opsbook-field]")) {
      const value = values[nameOf(field)];
      const many = ["lines", "choices"].includes(field.dataset.opsbookField);
      if (many ? value != null && !(Array.isArray(value) && value.every(scalar)) : !scalar(value)) return `${path}/${nameOf(field)}`;
    }
    for (const group of within(root, "[data-opsbook-group]")) {
      const name = group.dataset.opsbookGroup;
      const found = values[name] == null ? "" : misfit(group, values[name], `${path}/${name}`);
      if (found) return found;
    }
    for (const rows of within(root, "[data-opsbook-rows]")) {
      const name = rows.dataset.opsbookRows;
      if (values[name] == null) continue;
      if (!Array.isArray(values[name])) return `${path}/${name}`;
      for (const [index, item] of values[name].entries()) {
        const found = misfit(rowsOf(rows)[0], item, `${path}/${name}/${index}`);
        if (found) return found;
      }
    }
    return "";
  }

  /* A row more, empty, with ids of its own. */
  function add(rows) {
    const last = rowsOf(rows).at(-1);
    const row = last.cloneNode(true);
    const id = `${rows.id}-${Number(last.id.slice(rows.id.length + 1)) + 1}`;
    for (const one of [row, ...row.querySelectorAll("*")]) {
      for (const name of ["id", "for", "list", "aria-labelledby", "aria-describedby"]) {
        const said = one.getAttribute(name);
        if (said) one.setAttribute(name, said.split(" ").map((part) => (`${part}-`.startsWith(`${last.id}-`) ? id + part.slice(last.id.length) : part)).join(" "));
      }
    }
    for (const note of row.querySelectorAll(".opsbook-wrong")) note.textContent = "";
    for (const field of row.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    row.opsbookBase = undefined;
    fill(row);
    last.after(row);
    count(rows);
    return row;
  }

  function count(rows) {
    rowsOf(rows).forEach((row, index) => { row.querySelector(".opsbook-row-name").textContent = `${rows.dataset.opsbookLabel} ${index + 1}`; });
  }

  /* The time by this clock, with its offset: `2026-11-21T03:10:00-05:00`. */
  function now() {
    const at = new Date();
    const two = (number) => String(number).padStart(2, "0");
    const offset = -at.getTimezoneOffset();
    const local = new Date(at.getTime() + offset * 60000).toISOString().slice(0, 19);
    return local + (offset ? `${offset < 0 ? "-" : "+"}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}` : "Z");
  }

  /* The same as Markdown, headed by the form's own labels. */
  function markdown(root, depth = 2) {
    const lines = [];
    const head = (one) => `${"#".repeat(Math.min(depth, 6))} ${one.dataset.opsbookLabel}`;
    for (const one of within(root, "[data-opsbook-field], [data-opsbook-group], [data-opsbook-rows]")) {
      if (one.dataset.opsbookGroup !== undefined) {
        const inner = markdown(one, depth + 1);
        if (inner) lines.push(`${head(one)}\n\n${inner}`);
      } else if (one.dataset.opsbookRows !== undefined) {
        const rows = rowsOf(one).map((row) => markdown(row, depth + 1)).filter(Boolean);
        if (rows.length) lines.push(`${head(one)}\n\n${rows.join("\n\n---\n\n")}`);
      } else {
        const boxes = one.tagName === "FIELDSET" ? [...one.querySelectorAll("input:checked")] : null;
        const value = boxes ? boxes.map((box) => box.parentElement.textContent.trim()) : read[one.dataset.opsbookField](one);
        const shown = one.tagName === "SELECT" ? one.selectedOptions[0]?.text : value;
        if (Array.isArray(value) && value.length) lines.push(`**${one.dataset.opsbookLabel}:**\n\n${value.map((item) => `- ${item}`).join("\n")}`);
        else if (!empty(value)) lines.push(`**${one.dataset.opsbookLabel}:** ${shown}`);
      }
    }
    return lines.join("\n\n");
  }

  function save(name, text, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const slug = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 48).replace(/^-|-$/g, "");

  /* Whether values hold what a status needs: `times.started`, `actions|none_needed`, `timeline:3`, `actions.status=done|refused`. */
  function has(values, need) {
    const [path, settled] = need.split("=");
    const at = (names) => names.split(".").reduce((value, name) => value?.[name], values);
    if (settled) {
      const [rows, name] = path.split(".");
      return (at(rows) ?? []).every((row) => settled.split("|").includes(row[name]));
    }
    const [names, least] = path.split(":");
    return names.split("|").some((one) => { const value = at(one); return !empty(value) && !(Array.isArray(value) && value.length < Number(least ?? 1)); });
  }

  let live = null;

  function begin(form) {
    if (form.opsbook) return;
    live?.end();
    const key = `opsbook:${site}:form:${form.dataset.opsbookForm}`;
    const words = JSON.parse(form.dataset.opsbookWords);
    const needs = JSON.parse(form.dataset.opsbookNeeds);
    const blame = JSON.parse(form.dataset.opsbookBlame).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const blaming = blame.length ? new RegExp(`(?<![\\p{L}\\p{N}_])(?:${blame.join("|")})(?![\\p{L}\\p{N}_])`, "iu") : null;
    const tools = form.querySelector(".opsbook-form-tools");
    const status = tools.querySelector("[role=status]");
    const tabs = tools.querySelector("[data-opsbook-tabs]");
    const missing = tools.querySelector("[data-opsbook-missing]");
    const out = tools.querySelector("[data-opsbook-out]");
    const ending = new AbortController();
    const listen = (target, type, act) => target.addEventListener(type, act, { signal: ending.signal });

    const fresh = () => JSON.parse(form.dataset.opsbookBase);
    let base = fresh();
    let dirty = false;      /* whether something is not yet kept */
    let filed = false;      /* whether what is there is in a file, too */
    let seen = null;        /* what this tab last saw in the storage */
    let parted = false;     /* whether another tab kept something else */

    const say = (...said) => { status.textContent = said.join(" "); };
    const values = () => collect(form, base);
    const yaml = () => jsyaml.dump(values(), YAML);
    let blank = "";
    const pristine = () => JSON.stringify(values()) === blank;
    const show = (draft) => { base = draft; fill(form, draft); for (const rows of form.querySelectorAll("[data-opsbook-rows]")) count(rows); look(); };

    function keep() {
      clearTimeout(waiting);
      waiting = 0;
      if (!dirty) return;
      const text = JSON.stringify({ filed, values: values() });
      try {
        if (parted || localStorage.getItem(key) !== seen) {
          parted = true;
          sessionStorage.setItem(key, text);
          tabs.hidden = false;
          return;
        }
        localStorage.setItem(key, text);
        seen = text;
        dirty = false;
        say(words.saved, `${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`, filed ? "" : words.unfiled);
      } catch { say(words.unsaved); }
    }
    let waiting = 0;
    const changed = () => { dirty = true; filed = false; waiting ||= setTimeout(() => { keep(); look(); }, 400); };

    function take(text) {
      const draft = JSON.parse(text);
      if (!mapping(draft?.values) || misfit(form, draft.values)) return false;
      filed = Boolean(draft.filed);
      show(draft.values);
      return true;
    }

    /* What is missing for the status that is chosen, or for another choice that decides; each with a way to its field. */
    function look() {
      const draft = values();
      const lack = (needs[draft[form.dataset.opsbookDecides ?? "status"] ?? ""] ?? []).filter(([need]) => !has(draft, need));
      missing.replaceChildren(lack.length ? `${words.missing} ` : words.complete);
      lack.forEach(([need, label], index) => {
        const link = document.createElement("a");
        link.href = `#form-${need.split(/[:|=]/)[0].replaceAll(".", "-")}`;
        if (!form.querySelector(link.hash)) link.href = `#form-${need.split(/[.:|=]/)[0]}`;
        link.textContent = label;
        missing.append(index ? ", " : "", link);
      });
      if (!CSS.supports("field-sizing", "content")) for (const one of form.querySelectorAll("textarea")) one.style.height = one.value ? `${one.scrollHeight + 4}px` : "";
    }

    /* What is wrong with a field, beside it. */
    function judge(field) {
      const note = field.closest(".opsbook-entry")?.querySelector(".opsbook-wrong");
      if (!note) return;
      const wrong = field.validity.patternMismatch || (field.dataset.opsbookHint === "moment" && field.value && Number.isNaN(Date.parse(field.value)));
      const word = field.dataset.opsbookHint ? null : blaming?.exec(field.value ?? "");
      if (wrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      const said = wrong ? words[field.dataset.opsbookHint] : word ? `“${word[0]}” ${words.blame}` : "";
      if (note.textContent !== said) note.textContent = said;
    }

    /* An id that nobody has written follows the title, and at the top the day; or what all records of the form are called after. */
    function suggest(field) {
      const begun = form.querySelector(`#form-${form.dataset.opsbookBegun ?? "times-started"}`);
      const top = field === begun;
      if (field.name !== "title" && !top) return;
      const root = top ? form : own(field);
      const id = within(root, "[name=id]")[0];
      if (!id || (id.value && id.value !== id.opsbookSuggested)) return;
      const day = root === form ? /^\d{4}-\d\d-\d\d/.exec(begun?.value ?? "")?.[0] ?? "" : "";
      const title = (root === form && form.dataset.opsbookStem) || slug(within(root, "[name=title]")[0].value);
      id.value = id.opsbookSuggested = title ? [day, title].filter(Boolean).join("-") : "";
    }

    const ours = (event) => !event.target.closest(".opsbook-form-tools");
    listen(form, "input", (event) => { if (ours(event)) { suggest(event.target); changed(); if (event.target.ariaInvalid) judge(event.target); } });
    listen(form, "change", (event) => { if (ours(event)) { judge(event.target); changed(); } });
    listen(form, "submit", (event) => event.preventDefault());
    listen(window, "pagehide", keep);
    listen(document, "visibilitychange", () => { if (document.hidden) keep(); });
    listen(window, "storage", (event) => {
      if (event.key !== key || event.newValue === seen) return;
      if (dirty || event.newValue === null) keep();
      else if (take(event.newValue)) { seen = event.newValue; say(words.other); }
    });

    /* On paper, fields show all that was typed. */
    listen(window, "beforeprint", () => {
      for (const field of form.querySelectorAll(".opsbook-entry :is(textarea, input)")) {
        const box = field.closest(".opsbook-entry");
        let copy = box.querySelector(".opsbook-written");
        if (!copy) { copy = document.createElement("div"); copy.className = "opsbook-written"; copy.ariaHidden = "true"; box.append(copy); }
        copy.textContent = field.value;
        box.toggleAttribute("data-opsbook-filled", field.value !== "");
      }
    });

    const act = {
      yaml: () => { save(`${values().id || fresh().kind}.yaml`, yaml(), "application/yaml"); filed = true; dirty = true; keep(); say(words.filed); },
      markdown: () => save(`${values().id || fresh().kind}.md`, `# ${values().title ?? ""}\n\n${markdown(form)}\n`, "text/markdown"),
      copy: async () => {
        try { await navigator.clipboard.writeText(yaml()); say(words.copied); } catch {
          out.hidden = false;
          out.lastElementChild.value = yaml();
          out.lastElementChild.focus();
          out.lastElementChild.select();
          say(words.copy_here);
        }
      },
      clear: () => { if (pristine() || confirm(words.clear)) { show(fresh()); changed(); keep(); } },
      mine: () => { seen = localStorage.getItem(key); settle(); dirty = true; keep(); form.querySelector("input").focus(); },
      theirs: () => { seen = localStorage.getItem(key); settle(); dirty = false; if (seen === null || !take(seen)) show(fresh()); form.querySelector("input").focus(); },
      now: (button) => { const field = button.parentElement.querySelector("input"); field.value = now(); judge(field); suggest(field); changed(); field.focus(); },
      add: (button) => {
        const row = add(button.parentElement);
        row.querySelector("input, select, textarea").focus();
        say(words.added, row.querySelector(".opsbook-row-name").textContent);
        changed();
      },
      remove: (button) => {
        const row = button.closest("[data-opsbook-row]");
        const rows = row.parentElement;
        const name = row.querySelector(".opsbook-row-name").textContent;
        const there = rowsOf(rows);
        const next = there[there.indexOf(row) + 1] ?? there[there.indexOf(row) - 1] ?? row;
        if (next === row) { row.opsbookBase = undefined; fill(row); } else row.remove();
        count(rows);
        next.querySelector("input, select, textarea").focus();
        say(words.removed, name);
        changed();
      },
    };
    function settle() { parted = false; tabs.hidden = true; sessionStorage.removeItem(key); }

    listen(form, "click", (event) => {
      const button = event.target.closest("button[data-opsbook-do]");
      if (button) { keep(); act[button.dataset.opsbookDo](button); }  /* kept first, or what it says would soon make way for "Saved" */
      const link = event.target.closest("[data-opsbook-missing] a");
      if (link) {
        event.preventDefault();
        const target = form.querySelector(link.hash);
        (target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea")).focus();
        target.scrollIntoView({ block: "center" });
      }
    });
    listen(form.querySelector("[data-opsbook-do=open]"), "change", async (event) => {
      const file = event.target.files[0];
      if (!file) return;
      try {
        const text = await file.text();
        keep();
        const draft = /\.json$/i.test(file.name) ? JSON.parse(text) : jsyaml.load(text, YAML);
        const where = mapping(draft) && draft.kind === fresh().kind ? misfit(form, draft) : "";
        if (!mapping(draft) || draft.kind !== fresh().kind) say(words.foreign);
        else if (where) say(words.misfit, where);
        else if (pristine() || confirm(words.replace)) {
          show(draft);
          changed();
          keep();
          say(words.opened);
        }
      } catch (error) {
        say(`${words.unreadable}: ${error.message}`);
      }
      event.target.value = "";
    });

    show(base);
    blank = JSON.stringify(values());
    try {
      seen = localStorage.getItem(key);
      if (seen !== null) take(seen);
      const kept = sessionStorage.getItem(key);
      if (kept !== null && take(kept)) { dirty = parted = true; tabs.hidden = false; }
    } catch { /* nothing that could be read: the form begins empty */ }
    tools.hidden = false;
    for (const button of form.querySelectorAll("[data-opsbook-do]")) button.hidden = false;

    form.opsbook = { values, show, yaml };  /* for tests, and for other scripts of the page */
    live = { form, end: () => { keep(); ending.abort(); live = null; } };
  }

  const run = () => {
    if (live && !live.form.isConnected) live.end();
    for (const form of document.querySelectorAll("form[data-opsbook-form]")) begin(form);
  };
  if (typeof document$ !== "undefined" && location.protocol !== "file:") document$.subscribe(run);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
