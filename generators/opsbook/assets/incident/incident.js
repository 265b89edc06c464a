/* opsbook: an incident that is run from a runbook's page. What is noted stays in this browser, entry by entry under a
   key of its own: no tab overwrites what another has noted, and whatever was typed is there after a crash. */
(() => {
  "use strict";

  const folder = new URL(".", document.currentScript.src);
  const site = new URL("..", folder).pathname;
  const TAB = "opsbook:incident-tab";
  const KINDS = { started: "event", ticked: "action", note: "observation", severity: "decision", update: "communication", mitigated: "event", resolved: "event" };

  /* Where nothing can be stored, entries last as long as the page. */
  const memory = new Map();
  let lasting = true;
  const store = {
    keys(prefix) {
      let kept = [];
      try { kept = Object.keys(localStorage); } catch { lasting = false; }
      return [...new Set([...kept, ...memory.keys()])].filter((key) => key.startsWith(prefix));
    },
    get(key) {
      try { return memory.get(key) ?? localStorage.getItem(key); } catch { return null; }
    },
    set(key, value) {
      try { localStorage.setItem(key, value); memory.delete(key); } catch { lasting = false; memory.set(key, value); }
    },
    remove(key) {
      memory.delete(key);
      try { localStorage.removeItem(key); } catch { /* it was in memory alone */ }
    },
  };

  /* What one tab makes is in the order of its making, even within a millisecond. */
  let count = 0;
  const unique = () => Date.now().toString(36) + (count++).toString(36).padStart(4, "0") + Math.random().toString(36).slice(2, 10);
  const tab = (() => {
    try {
      if (!sessionStorage.getItem(TAB)) sessionStorage.setItem(TAB, unique());
      return sessionStorage.getItem(TAB);
    } catch { return unique(); }
  })();

  const two = (number) => String(number).padStart(2, "0");

  /* A moment by this clock, with its offset: `2026-11-21T03:10:00-05:00`. */
  function stamp(ms) {
    const offset = -new Date(ms).getTimezoneOffset();
    const local = new Date(ms + offset * 60000).toISOString().slice(0, 19);
    return local + (offset ? `${offset < 0 ? "-" : "+"}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}` : "Z");
  }

  /* A length of time: `1:02:03`. */
  function spell(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  }

  function h(tag, props, ...inner) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(props ?? {})) key.includes("-") ? made.setAttribute(key, value) : made[key] = value;
    made.append(...inner);
    return made;
  }

  const button = (text, act, props) => {
    const made = h("button", { type: "button", ...props }, text);
    made.addEventListener("click", act);
    return made;
  };

  /* What storage holds may have been written by any page of the disk. */
  function entry(key) {
    try {
      const read = JSON.parse(store.get(key));
      const fits = Object.hasOwn(KINDS, read.type) && typeof read.text === "string" && Number.isFinite(Date.parse(read.at)) && Number.isFinite(read.made);
      return fits ? { ...read, key, ms: Date.parse(read.at) } : null;
    } catch { return null; }
  }

  /* The open incident of a system, as its entries tell it; the older one where two were started at once. */
  function current(prefix) {
    const found = new Map();
    for (const key of store.keys(prefix)) {
      const one = entry(key);
      const id = key.slice(prefix.length).split(":")[0];
      if (one) found.set(id, [...(found.get(id) ?? []), one]);
    }
    const order = (a, b) => a.ms - b.ms || a.made - b.made || (a.key < b.key ? -1 : 1);
    const incidents = [...found].map(([id, entries]) => {
      entries.sort(order);
      const last = (type) => entries.findLast((one) => one.type === type);
      return { id, entries, last, started: entries.find((one) => one.type === "started") };
    });
    return incidents.filter((one) => one.started).sort((a, b) => a.started.made - b.started.made || (a.id < b.id ? -1 : 1))[0];
  }

  const severity = (incident) => (incident.last("severity") ?? incident.started).severity;
  const said = (one) => (one.title ? `${one.title}: ${one.text.trim()}` : one.text.trim());

  /* The draft of a postmortem. */
  function exported(incident) {
    const { entries, started, last } = incident;
    const at = (type) => last(type)?.at;
    const times = { started: started.at, acknowledged: stamp(started.made), mitigated: at("mitigated"), resolved: at("resolved") };
    return {
      kind: "postmortem",
      status: "draft",
      severity: severity(incident),
      services: started.services ?? [],
      runbooks: [...new Set([started, ...entries].map((one) => one.runbook).filter(Boolean))],
      times: Object.fromEntries(Object.entries(times).filter(([, value]) => value)),
      timeline: entries.filter(said).map((one) => ({ at: one.at, text: said(one), kind: KINDS[one.type], ...(one.role && { role: one.role }) })),
    };
  }

  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

  /* YAML in which every text is quoted as JSON quotes it: a part of YAML that every reader reads alike. */
  function yaml(value, indent = "") {
    if (typeof value === "string") {
      const whole = value.replace(/\p{Surrogate}/gu, "\ufffd");
      return ` ${JSON.stringify(whole).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
    }
    const inner = Object.entries(value);
    if (!inner.length) return Array.isArray(value) ? " []\n" : " {}\n";
    const lines = inner.map(([key, one]) => {
      if (!Array.isArray(value)) return `${indent}${key}:${yaml(one, `${indent}  `)}`;
      const item = yaml(one, `${indent}  `);
      return `${indent}-${typeof one === "string" ? item : ` ${item.slice(1).trimStart()}`}`;
    });
    return `\n${lines.join("")}`;
  }

  function save(name, text, type) {
    const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  let view = null;

  function begin(root, page, data) {
    const says = data.says;
    const prefix = `opsbook:${site}:incident:${page.system}:`;
    const status = h("p", { role: "status", className: "opsbook-incident-status" });
    const body = h("div");
    const strip = h("p", { className: "opsbook-incident-strip", hidden: true });
    root.append(body, status);
    root.after(strip);
    root.hidden = false;
    const say = (text) => { status.textContent = text; };
    const told = new Set();
    const now = () => Date.now();

    let incident;
    let shown = null;  /* the id of the incident that the page is laid out for */
    let fields = [];
    let parts = {};

    const put = (one) => {
      const { key, ms, ...kept } = one;
      const place = key ?? `${prefix}${incident.id}:${unique()}`;
      store.set(place, JSON.stringify(kept));
      return entry(place);
    };
    const fresh = (type, more) => ({ type, at: stamp(now()), made: now(), runbook: page.runbook, text: "", ...more });
    const log = (type, text, more) => { put(fresh(type, { text, ...more })); say(`${says.logged}: ${text}`); render(); };
    const remove = (one) => { store.remove(one.key); render(); };

    /* A field that writes an entry of the log with every key that is pressed. */
    function noter(name, more) {
      const field = h("textarea", { rows: 1, "aria-label": name, placeholder: says.seen });
      let held = null;
      let mine = false;
      const mineIs = (one) => one.type === "note" && one.tab === tab && (one.step ?? "") === (more.step ?? "") && (!more.step || one.runbook === page.runbook);
      const keep = () => {
        if (!field.value.trim()) { if (held) store.remove(held.key); held = null; } else {
          held = put({ ...(held ?? fresh("note", more)), text: field.value, tab });
          mine = true;
        }
        render();
      };
      const done = () => {
        if (!held) return field.focus();
        const { tab: _, ...rest } = held;
        say(`${says.logged}: ${said(put(rest))}`);
        held = null;
        field.value = "";
        field.focus();
        render();
      };
      field.addEventListener("input", keep);
      field.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); done(); } });
      fields.push({
        adopt(entries) { held = entries.find(mineIs) ?? null; mine = false; field.value = held?.text ?? ""; },
        /* Another tab has changed the entry: it is the other's. What was typed here and is not in it gets its own. */
        release(key) {
          if (held?.key !== key) return;
          const text = field.value;
          const other = entry(key);
          held = null;
          if (mine && other && other.text !== text) keep();
          else field.value = "";
        },
        drop(key) { if (held?.key === key) { held = null; field.value = ""; } },
      });
      return h("div", { className: "opsbook-incident-note" }, field, button(says.add, done, { "aria-label": `${says.add}: ${name}` }));
    }

    const options = (list, chosen, none) => [...(none ? [h("option", { value: "" }, none)] : []), ...list.map((one) => h("option", { value: one.id, selected: one.id === chosen }, one.title))];
    const labelled = (text, control) => h("label", {}, h("span", {}, text), control);

    function starter() {
      const here = page.troubles.find((one) => `#${one.id}` === location.hash);
      const at = h("input", { type: "datetime-local", required: true });
      const trouble = h("select", {}, ...options(page.troubles, here?.id, "—"));
      const chosen = () => page.troubles.find((one) => one.id === trouble.value);
      const grave = h("select", { required: true }, ...options(data.severities, here?.severity ?? page.severity ?? data.severities[0].id));
      const role = h("select", {}, ...options(data.roles, "", "—"));
      trouble.addEventListener("change", () => { grave.value = chosen()?.severity ?? grave.value; });
      const form = h("form", {}, labelled(says.began, at), ...(page.troubles.length ? [labelled(says.trouble, trouble)] : []), labelled(says.severity, grave),
        ...(data.roles.length ? [labelled(says.commander, role)] : []), h("button", { type: "submit" }, says.begin));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const made = now();
        const picked = Date.parse(at.value);
        for (const key of store.keys(prefix)) if (!current(prefix)) store.remove(key);
        if (current(prefix)) return render();
        incident = { id: unique() };
        const title = data.severities.find((one) => one.id === grave.value).title;
        put(fresh("started", {
          at: stamp(Number.isFinite(picked) ? Math.min(picked, made) : made), made, severity: grave.value, text: [`${says.started} (${title})`, chosen()?.title].filter(Boolean).join(": "),
          rto: chosen()?.rto ?? page.rto, services: [...new Set([...page.services, ...(chosen()?.services ?? [])])], ...(role.value && { role: role.value }),
        }));
        render();
        parts.title.focus();
        say(says.started);
      });
      const box = h("details", {}, h("summary", {}, says.start), form);
      box.addEventListener("toggle", () => {
        const local = stamp(now()).slice(0, 16);
        Object.assign(at, { value: local, max: local });
      });
      return box;
    }

    function opened() {
      const title = h("h2", { id: "_incident", tabIndex: -1 }, says.incident);
      const grave = h("select", {}, ...options(data.severities, ""));
      grave.addEventListener("change", () => {
        log("severity", `${says.severity}: ${data.severities.find((one) => one.id === grave.value).title}`, { severity: grave.value, ...(incident.started.role && { role: incident.started.role }) });
      });
      const moment = (type) => button(says[type], () => log(type, says[type]));
      parts = { title, grave, mitigated: moment("mitigated"), resolved: moment("resolved"), list: h("ol"), log: h("p", { tabIndex: -1 }, h("strong", {}, says.log)), kept: h("p", { className: "opsbook-incident-kept" }) };
      const name = () => `incident-${incident.started.at.slice(0, 16).replace(/[T:]/g, "-")}`;
      const discard = button(says.discard, () => { for (const key of store.keys(`${prefix}${incident.id}:`)) store.remove(key); render(); body.querySelector("summary")?.focus(); say(says.removed); });
      return [
        title,
        h("div", { className: "opsbook-incident-tools" }, labelled(says.severity, grave), button(says.update, () => log("update", says.update)), parts.mitigated, parts.resolved),
        noter(says.note, {}),
        parts.log, parts.list,
        h("div", { className: "opsbook-incident-tools" },
          button(says.yaml, () => save(`${name()}.yaml`, yaml(exported(incident)).trimStart(), "application/yaml")),
          button(says.json, () => save(`${name()}.json`, json(exported(incident)), "application/json"))),
        parts.kept,
        h("details", {}, h("summary", {}, says.discard), h("p", {}, says.sure), discard),
      ];
    }

    function step(id) {
      const heading = document.getElementById(id);
      if (!heading) return;
      const copy = heading.cloneNode(true);
      for (const link of copy.querySelectorAll(".headerlink")) link.remove();
      const title = copy.textContent.trim();
      const more = { step: id, title };
      const box = h("input", { type: "checkbox", "aria-label": `${says.done}: ${title}` });
      const mine = (one) => one.type === "ticked" && one.step === id && one.runbook === page.runbook;
      box.addEventListener("change", () => {
        if (box.checked) return log("ticked", `${says.done}: ${title}`, { step: id });
        for (const one of incident.entries.filter(mine)) store.remove(one.key);
        say(`${says.removed}: ${title}`);
        render();
      });
      const line = heading.nextElementSibling?.matches(".opsbook-step") ? heading.nextElementSibling : heading;
      line.after(h("div", { className: "opsbook-incident-step" }, h("label", { className: "opsbook-tick" }, box, ` ${says.done}`), noter(`${says.seen}: ${title}`, more)));
      fields.push({ show: () => { box.checked = incident.entries.some(mine); } });
    }

    /* The log, each entry in its place; what is there already stays, and with it the focus. */
    function list() {
      const there = new Map([...parts.list.children].map((item) => [item.dataset.key, item]));
      const made = incident.entries.filter(said).map((one) => {
        const item = there.get(one.key) ?? h("li", {}, h("time"), " ", h("span"), " ");
        item.dataset.key = one.key;
        const [time, text] = item.children;
        time.dateTime = one.at;
        time.textContent = one.at.replace("T", " ").slice(0, 19);
        if (text.textContent !== said(one)) text.textContent = said(one);
        if (one.type !== "started" && !item.querySelector("button")) {
          item.append(button(says.remove, () => {
            for (const field of fields) field.drop?.(one.key);
            remove(one);
            parts.log.focus();
            say(`${says.removed}: ${text.textContent}`);
          }));
        }
        item.querySelector("button")?.setAttribute("aria-label", `${says.remove}: ${said(one)}`);
        return item;
      });
      for (const item of there.values()) if (!made.includes(item)) item.remove();
      made.forEach((item, index) => { if (parts.list.children[index] !== item) parts.list.insertBefore(item, parts.list.children[index] ?? null); });
    }

    function render() {
      incident = current(prefix);
      if (shown !== (incident?.id ?? "")) {
        shown = incident?.id ?? "";
        fields = [];
        for (const old of document.querySelectorAll(".opsbook-incident-step")) old.remove();
        body.replaceChildren(...(incident ? opened() : [starter()]));
        if (incident) page.steps.forEach(step);
        for (const field of fields) field.adopt?.(incident.entries);
      }
      strip.hidden = !incident;
      document.body.classList.toggle("opsbook-incident-runs", !!incident);
      if (!incident) return;
      list();
      for (const field of fields) field.show?.();
      parts.grave.value = severity(incident);
      parts.mitigated.disabled = Boolean(incident.last("mitigated") || incident.last("resolved"));
      parts.resolved.disabled = Boolean(incident.last("resolved"));
      parts.kept.textContent = lasting ? says.kept : says.unkept;
      tick();
    }

    /* Moments are compared as they are in UTC: a change of clocks changes nothing. */
    function tick() {
      if (!incident) return;
      const { started, last } = incident;
      const grave = data.severities.find((one) => one.id === severity(incident)) ?? {};
      const resolved = last("resolved");
      const end = last("mitigated") ?? resolved;
      const until = end ? end.ms : now();
      const lines = [[says.since, spell(until - started.ms)]];
      const deadline = (label, due, at, over) => {
        const late = at > due;
        lines.push([label, (late ? says.over : says.left).replace("{}", spell(Math.abs(due - at))), late]);
        if (late && !told.has(label + due)) { told.add(label + due); say(over); }
      };
      const goal = started.rto ?? grave.mitigate;
      if (Number.isFinite(goal)) deadline(started.rto ? says.rto : says.goal, started.ms + goal * 1000, until, says.exceeded);
      const sent = last("update");
      const every = sent ? grave.update : grave.first ?? grave.update;
      if (Number.isFinite(every) && !resolved) deadline(says.next, (sent ?? started).ms + every * 1000, now(), says.due);
      if (strip.children.length !== lines.length + 1) strip.replaceChildren(h("a", { href: "#_incident" }, grave.title ?? severity(incident)), ...lines.map(() => h("span")));
      strip.firstChild.textContent = `${says.incident}: ${grave.title ?? severity(incident)}`;
      lines.forEach(([label, text, late], index) => {
        const part = strip.children[index + 1];
        part.replaceChildren(`${label} `, h("strong", {}, text));
        part.classList.toggle("opsbook-incident-late", Boolean(late));
      });
    }

    function changed(key) {
      if (key !== null && !key.startsWith(prefix)) return;
      for (const field of fields) if (key !== null) field.release?.(key);
      render();
    }

    render();
    root.opsbook = { exported: () => incident && exported(incident), yaml: () => yaml(exported(incident)).trimStart() };  /* for tests */
    return { root, tick, changed };
  }

  const loaded = new Map();
  function load(system) {
    if (!loaded.has(system)) {
      loaded.set(system, new Promise((resolve) => {
        const script = h("script", { src: new URL(`systems/${system}.js`, folder).href });
        script.addEventListener("load", () => resolve(window.opsbookIncident?.[system]));
        script.addEventListener("error", () => resolve(undefined));
        document.head.append(script);
      }));
    }
    return loaded.get(system);
  }

  async function run() {
    const root = document.querySelector("[data-opsbook-incident]");
    if (!root || root.opsbookBegun) return;
    root.opsbookBegun = true;
    const page = JSON.parse(root.dataset.opsbookIncident);
    const data = await load(page.system);
    if (data && root.isConnected) view = begin(root, page, data);
  }

  setInterval(() => { if (view?.root.isConnected) view.tick(); }, 1000);
  addEventListener("storage", (event) => { if (view?.root.isConnected) view.changed(event.key); });
  addEventListener("pageshow", (event) => { if (event.persisted && view?.root.isConnected) view.changed(null); });

  if (typeof document$ !== "undefined" && location.protocol !== "file:") document$.subscribe(run);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
