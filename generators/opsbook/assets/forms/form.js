/* opsbook: forms that are filled in on a page. What is typed stays in this browser; what is exported is a spec that
   validates. A draft that is opened keeps what the form has no field for. */
(() => {
  "use strict";

  const site = new URL("..", document.currentScript.src).pathname;
  const YAML = { schema: jsyaml.CORE_SCHEMA, lineWidth: 100, noRefs: true };

  const own = (element) => element.parentElement.closest("[data-opsbook-group], [data-opsbook-row], form");
  const within = (root, selector) => [...root.querySelectorAll(selector)].filter((one) => own(one) === root);

  const read = {
    line: (field) => field.value,
    moment: (field) => field.value,
    text: (field) => field.value,
    lines: (field) => field.value.split("\n").filter((line) => line.trim()),
    choices: (field) => {
      const checked = [...field.querySelectorAll("input:checked")].map((box) => box.value);
      const before = (field.opsbookOrder ?? []).filter((value) => checked.includes(value));
      return [...before, ...checked.filter((value) => !before.includes(value))];
    },
  };
  const write = {
    line: (field, value) => { field.value = value ?? ""; if (field.value !== String(value ?? "")) option(field, value); },
    moment: (field, value) => { field.value = value ?? ""; },
    text: (field, value) => { field.value = value ?? ""; },
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
    for (const field of within(root, "[data-opsbook-field]")) known.set(field.name || field.dataset.opsbookName, read[field.dataset.opsbookField](field));
    for (const group of within(root, "[data-opsbook-group]")) known.set(group.dataset.opsbookGroup, collect(group, base[group.dataset.opsbookGroup]));
    for (const rows of within(root, "[data-opsbook-rows]")) {
      const found = [...rows.querySelectorAll(":scope > [data-opsbook-row]")].map((row) => collect(row, row.opsbookBase));
      known.set(rows.dataset.opsbookRows, found.filter((row) => !empty(row)));
    }
    const made = {};
    for (const [key, value] of Object.entries(base)) if (!known.has(key)) made[key] = value;
    for (const [key, value] of known) if (!empty(value)) made[key] = value;
    return made;
  }

  function fill(root, values = {}) {
    for (const field of within(root, "[data-opsbook-field]")) write[field.dataset.opsbookField](field, values[field.name || field.dataset.opsbookName]);
    for (const group of within(root, "[data-opsbook-group]")) fill(group, values[group.dataset.opsbookGroup]);
    for (const rows of within(root, "[data-opsbook-rows]")) {
      const items = values[rows.dataset.opsbookRows] ?? [];
      const there = () => [...rows.querySelectorAll(":scope > [data-opsbook-row]")];
      while (there().length > Math.max(items.length, 1)) there().at(-1).remove();
      while (there().length < items.length) add(rows);
      there().forEach((row, index) => { row.opsbookBase = items[index]; fill(row, items[index]); });
    }
  }

  function add(rows) {
    const last = [...rows.querySelectorAll(":scope > [data-opsbook-row]")].at(-1);
    const row = last.cloneNode(true);
    row.opsbookBase = undefined;
    fill(row);
    last.after(row);
    return row;
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
  function markdown(root, depth = 1) {
    const lines = [];
    const label = (one) => (one.closest("label") ?? one.querySelector("legend") ?? one).firstChild.textContent.replace(" *", "").trim();
    for (const one of root.querySelectorAll("[data-opsbook-field], [data-opsbook-group], [data-opsbook-rows]")) {
      if (own(one) !== root) continue;
      if (one.dataset.opsbookGroup !== undefined) {
        const inner = markdown(one, depth + 1);
        if (inner) lines.push(`${"#".repeat(depth + 1)} ${label(one)}\n\n${inner}`);
      } else if (one.dataset.opsbookRows !== undefined) {
        const rows = [...one.querySelectorAll(":scope > [data-opsbook-row]")].map((row) => markdown(row, depth + 1)).filter(Boolean);
        if (rows.length) lines.push(`${"#".repeat(depth + 1)} ${label(one)}\n\n${rows.join("\n\n---\n\n")}`);
      } else {
        const value = read[one.dataset.opsbookField](one);
        if (!empty(value)) lines.push(`**${label(one)}:** ${Array.isArray(value) ? `\n\n${value.map((item) => `- ${item}`).join("\n")}` : value}`);
      }
    }
    return lines.join("\n\n");
  }

  function save(name, text, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  function begin(form) {
    if (form.opsbookBegun) return;
    form.opsbookBegun = true;
    const key = `opsbook:${site}:form:${form.dataset.opsbookForm}`;
    const tools = form.querySelector(".opsbook-form-tools");
    const status = tools.querySelector("[role=status]");
    const fresh = () => jsyaml.load(form.dataset.opsbookBase, YAML) ?? {};
    let base = fresh();
    const values = () => collect(form, base);
    const show = (draft) => { base = draft; fill(form, draft); };
    const keep = () => {
      try { localStorage.setItem(key, JSON.stringify(values())); status.textContent = form.dataset.opsbookSaved; } catch { /* it then lasts as long as the page */ }
    };
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* nothing that could be read */ }
    show(kept ?? base);
    tools.hidden = false;
    for (const button of form.querySelectorAll("[data-opsbook-do]")) button.hidden = false;

    let waiting = 0;
    const soon = () => { clearTimeout(waiting); waiting = setTimeout(keep, 300); };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    addEventListener("pagehide", keep);
    form.addEventListener("submit", (event) => event.preventDefault());

    const yaml = () => jsyaml.dump(values(), YAML);
    const act = {
      yaml: () => save(`${values().id || form.dataset.opsbookForm}.yaml`, yaml(), "application/yaml"),
      markdown: () => save(`${values().id || form.dataset.opsbookForm}.md`, `# ${values().title ?? ""}\n\n${markdown(form)}\n`, "text/markdown"),
      copy: () => navigator.clipboard.writeText(yaml()),
      clear: () => { if (confirm(form.dataset.opsbookClear)) { show(fresh()); keep(); } },
      now: (button) => { button.parentElement.querySelector("input").value = now(); keep(); },
      add: (button) => { add(button.parentElement).querySelector("input, select, textarea")?.focus(); keep(); },
      remove: (button) => {
        const row = button.parentElement;
        const rows = row.parentElement;
        if (rows.querySelectorAll(":scope > [data-opsbook-row]").length > 1) row.remove();
        else { row.opsbookBase = undefined; fill(row); }
        keep();
      },
    };
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-opsbook-do]");
      if (button) act[button.dataset.opsbookDo](button);
    });
    form.querySelector("[data-opsbook-do=open]").addEventListener("change", async (event) => {
      try {
        const read = jsyaml.load(await event.target.files[0].text(), YAML);
        if (typeof read !== "object" || !read) throw new Error("no mapping");
        show(read);
        keep();
      } catch (error) {
        status.textContent = `${form.dataset.opsbookBad}: ${error.message}`;
      }
      event.target.value = "";
    });
    form.opsbook = { values, show, yaml };  /* for tests, and for other scripts of the page */
  }

  const run = () => { for (const form of document.querySelectorAll("form[data-opsbook-form]")) begin(form); };
  if (typeof document$ !== "undefined" && location.protocol !== "file:") document$.subscribe(run);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
