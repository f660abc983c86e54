"use strict";
/* A question built by pointing. Every step stays a text in an input of the form (what the address
   and the command line know); here it gets chips, and a picker that offers what the data has. */
(() => {
  if (!document.getElementById("question-form")) return;
  let form; // htmx may bring another one in
  let words;
  const offered = JSON.parse(document.getElementById("offered").textContent);
  const events = new Map(offered.events.map((event) => [event.name, event]));
  const properties = new Map(offered.properties.map((property) => [property.name, property]));
  const COMPARISONS = { text: ["=", "!=", "~"], amount: [">=", "<=", ">", "<", "="], number: [">=", "<=", ">", "<", "="] };
  const MANY = 1000; // a value longer than that is nobody's choice

  /* ---- a pattern as text: Product Viewed | Product Added [channel = web; value_amount >= 100] */
  const quoted = (text) => (/[[\]|;,=<>~!"]/.test(text) ? `"${text.replaceAll('"', "")}"` : text);
  function written({ events: names, conditions }) {
    const where = conditions.map((c) => `${quoted(c.property)} ${c.sign} ${c.values.map(quoted).join(", ")}`);
    return names.map(quoted).join(" | ") + (where.length ? ` [${where.join("; ")}]` : "");
  }

  const ask = () => form.dispatchEvent(new Event("asked", { bubbles: true }));
  const number = (count) => (count == null ? "" : count.toLocaleString("en"));

  function made(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value != null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }
  const button = (text, title, click, className = "") =>
    made("button", { type: "button", class: className, title, "aria-label": title, onclick: click }, text);

  /* ---- the picker: a search field over a list, by mouse or keyboard */
  let open = null;
  function close() {
    open?.remove();
    open = null;
  }
  document.addEventListener("pointerdown", (event) => {
    if (open && !open.contains(event.target)) close();
  });

  function place(picker, beside) {
    document.body.append(picker);
    const at = beside.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - picker.offsetWidth - 8);
    picker.style.left = `${Math.max(8, left) + window.scrollX}px`;
    picker.style.top = `${at.bottom + 4 + window.scrollY}px`;
    picker.querySelector("input")?.focus({ preventScroll: true });
  }

  /* find(words) -> offers (perhaps later); chosen(offer). With `free` what is typed is a choice too;
     with `marked` (a set of names) boxes choose several, which marks(names) takes together. */
  function pick(beside, find, chosen, { before = [], free = false, marked = null, marks = null } = {}) {
    close();
    const search = made("input", { class: "r-input", type: "search", placeholder: words.search, "aria-label": words.search });
    const list = made("ul", { class: "b-options", role: "listbox" });
    const picker = made("div", { class: "b-picker", role: "dialog" }, ...before, search, list);
    const together = button(words.apply, words.apply, () => { close(); marks([...marked]); }, "r-button r-button-primary");
    together.hidden = !marked?.size;
    if (marked) picker.append(together);
    let shown = [];
    let at = 0;
    let asked = 0;

    function mark(place) {
      at = Math.max(0, Math.min(place, shown.length - 1));
      [...list.children].forEach((item, n) => item.setAttribute("aria-selected", n === at));
      list.children[at]?.scrollIntoView({ block: "nearest" });
    }
    function take(offer) {
      close();
      chosen(offer);
    }
    function box(offer) {
      const ticked = made("input", { type: "checkbox", "aria-label": offer.label, onclick: (event) => event.stopPropagation() });
      ticked.checked = marked.has(offer.name);
      ticked.addEventListener("change", () => {
        if (ticked.checked) marked.add(offer.name);
        else marked.delete(offer.name);
        together.hidden = !marked.size;
      });
      return ticked;
    }
    async function show() {
      const mine = (asked += 1);
      const typed = search.value.trim();
      const found = await find(typed);
      if (mine !== asked) return;
      const isNew = free && typed && !found.some((offer) => offer.name === typed);
      shown = isNew ? [...found, { name: typed, label: typed }] : found;
      const most = Math.max(1, ...shown.map((offer) => offer.count || 0));
      list.replaceChildren(...shown.map((offer) => made("li", {
        role: "option", style: `--share: ${(offer.count || 0) / most}`, onclick: () => take(offer),
      }, ...(marked ? [box(offer)] : []), made("span", {}, offer.label), made("small", {}, number(offer.count)))));
      if (!shown.length) list.append(made("li", { class: "b-none" }, words.nothing));
      mark(0);
    }
    search.addEventListener("input", show);
    search.addEventListener("keydown", (event) => {
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (move) mark(at + move);
      else if (event.key === "Enter" && shown[at]) take(shown[at]);
      else if (event.key === "Escape") { close(); beside.focus?.(); }
      else return;
      event.preventDefault();
    });
    open = picker;
    place(picker, beside);
    show();
  }

  const holding = (offers) => (typed) => {
    const wanted = typed.toLowerCase();
    return offers.filter((offer) => `${offer.name} ${offer.label}`.toLowerCase().includes(wanted));
  };
  const pickEvent = (beside, chosen) => pick(beside, holding(offered.events), chosen);

  async function values(property, names, typed) {
    const query = new URLSearchParams([["property", property], ["q", typed], ...names.map((name) => ["event", name])]);
    const answer = await fetch(`${form.dataset.values}?${query}`, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).values : [];
  }

  /* ---- one condition: a property, a comparison, its value */
  function pickCondition(beside, names, chosen) {
    pick(beside, holding(offered.properties), (property) => pickValue(beside, property, names, chosen));
  }

  function pickValue(beside, property, names, chosen, before = null) {
    const signs = made("select", { class: "r-input", "aria-label": property.label },
      ...COMPARISONS[property.kind].map((sign) => made("option", {}, sign)));
    if (before) signs.value = before.sign;
    const row = made("div", { class: "b-picker-row" }, made("strong", {}, property.label), signs);
    const several = (found) => found.length && chosen({ property: property.name, sign: found.length > 1 && signs.value === "~" ? "=" : signs.value, values: found.map((value) => value.slice(0, MANY)) });
    const take = (value) => value && several([value]);
    if (property.kind === "text") {
      pick(beside, (typed) => values(property.name, names, typed), (offer) => take(offer.name),
        { before: [row], free: true, marked: new Set(before?.values), marks: several });
      return;
    }
    close();
    const input = made("input", { class: "r-input", type: "number", step: "any", "aria-label": words.value, placeholder: words.value });
    const apply = () => { close(); take(input.value.trim()); };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); apply(); }
      if (event.key === "Escape") close();
    });
    open = made("div", { class: "b-picker", role: "dialog" }, row, made("div", { class: "b-picker-row" }, input,
      button(words.apply, words.apply, apply, "r-button")));
    place(open, beside);
  }

  /* ---- a pattern as chips over its input */
  function enhance(group) {
    const kind = group.dataset.patterns;
    group.classList.add("b-enhanced");
    group.querySelectorAll(".b-pattern:not(.is-empty)").forEach((holder) => build(group, holder));
    if (kind === "event" && !group.querySelector(".b-step")) blank(group);
  }

  function blank(group) {
    const choose = button(group.dataset.empty || words.choose, words.choose, () => pickEvent(choose, (event) => {
      choose.remove();
      add(group, event);
    }), "r-button b-choose");
    group.append(choose);
  }

  function add(group, event) {
    const input = made("input", { class: "r-input b-text", name: group.dataset.name });
    input.dataset.parts = JSON.stringify({ events: [event.name], conditions: [] });
    const holder = made("div", { class: "b-pattern" }, input);
    group.insertBefore(holder, group.querySelector(":scope > .b-add"));
    build(group, holder);
    changed(holder);
  }

  function changed(holder) {
    const input = holder.querySelector(".b-text");
    input.value = written(JSON.parse(input.dataset.parts));
    draw(holder);
    ask();
  }

  function build(group, holder) {
    const input = holder.querySelector(".b-text");
    if (!input.dataset.parts) { // what cannot be read stays a text, to be mended by hand
      input.style.display = "block";
      return;
    }
    const step = made("div", { class: "b-step" });
    holder.append(step);
    if (group.dataset.patterns === "steps") movable(group, holder, step);
    draw(holder);
  }

  function draw(holder) {
    const group = holder.parentElement;
    const input = holder.querySelector(".b-text");
    const parts = JSON.parse(input.dataset.parts);
    const step = holder.querySelector(".b-step");
    const change = (edit) => { edit(); input.dataset.parts = JSON.stringify(parts); changed(holder); };
    const chips = parts.events.map((name, n) => {
      const shown = button(events.get(name)?.label || name, name, () => pickEvent(shown, (event) => change(() => { parts.events[n] = event.name; })));
      const chip = made("span", { class: "b-part" }, shown);
      if (parts.events.length > 1) chip.append(button("×", words.remove, () => change(() => parts.events.splice(n, 1))));
      return chip;
    });
    const conditions = parts.conditions.map((c, n) => {
      const label = `${properties.get(c.property)?.label || c.property} ${c.sign} ${c.values.join(", ")}`;
      const shown = button(label, label, () => pickValue(shown, properties.get(c.property) || { name: c.property, label: c.property, kind: "text" }, parts.events,
        (found) => change(() => { parts.conditions[n] = found; }), c));
      return made("span", { class: "b-part is-condition" }, shown, button("×", words.remove, () => change(() => parts.conditions.splice(n, 1))));
    });
    const another = button(words.another, words.another, () => pickEvent(another, (event) => change(() => parts.events.push(event.name))), "b-ghost");
    const where = button(words.condition, words.condition, () => pickCondition(where, parts.events, (found) => change(() => parts.conditions.push(found))), "b-ghost");
    const tools = made("span", { class: "b-tools" });
    if (group.dataset.patterns === "steps") {
      tools.append(button("↑", words.up, () => move(holder, -1)), button("↓", words.down, () => move(holder, 1)));
    }
    tools.append(button("✕", words.remove, () => {
      holder.remove();
      if (group.dataset.patterns === "event") blank(group);
      ask();
    }));
    step.replaceChildren(...chips, ...conditions, another, where, tools);
  }

  /* ---- the order of steps: by buttons and by dragging */
  function move(holder, by) {
    const all = [...holder.parentElement.querySelectorAll(".b-pattern:not(.is-empty)")];
    const other = all[all.indexOf(holder) + by];
    if (!other) return;
    if (by < 0) other.before(holder);
    else other.after(holder);
    ask();
  }

  let dragged = null;
  function movable(group, holder, step) {
    step.draggable = true;
    step.title = words.drag;
    step.addEventListener("dragstart", () => { dragged = holder; step.classList.add("is-dragged"); });
    step.addEventListener("dragend", () => { dragged = null; step.classList.remove("is-dragged"); });
    step.addEventListener("dragover", (event) => { if (dragged?.parentElement === group) { event.preventDefault(); step.classList.add("is-over"); } });
    step.addEventListener("dragleave", () => step.classList.remove("is-over"));
    step.addEventListener("drop", (event) => {
      event.preventDefault();
      step.classList.remove("is-over");
      if (!dragged || dragged === holder) return;
      const isLater = dragged.compareDocumentPosition(holder) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (isLater) holder.after(dragged);
      else holder.before(dragged);
      ask();
    });
  }

  /* ---- people with a trait's value: gender = female */
  async function traitValues(trait, typed) {
    const answer = await fetch(`${form.dataset.values}?${new URLSearchParams({ trait, q: typed })}`);
    return answer.ok ? (await answer.json()).values : [];
  }

  function segment(input) {
    input.addEventListener("click", () => {
      if (input.value) return; // what stands there is edited as text
      pick(input, holding(offered.traits), (trait) => {
        const row = made("div", { class: "b-picker-row" }, made("strong", {}, trait.label));
        pick(input, (typed) => traitValues(trait.name, typed), (value) => {
          input.value = `${trait.name} = ${/[,"]/.test(value.name) ? `"${value.name.replaceAll('"', "")}"` : value.name}`;
          ask();
        }, { before: [row] });
      });
    });
  }

  /* ---- a click on a figure that asks another question brings in its form and answer */
  document.addEventListener("chart-address", (event) => {
    const address = event.detail;
    if (!address.startsWith("?") || address.includes("cell.")) return;
    event.preventDefault();
    window.htmx.ajax("GET", window.location.pathname + address, { target: "#question", select: "#question", swap: "outerHTML" });
  });

  function start() {
    const found = document.getElementById("question-form");
    if (!found || found === form) return;
    form = found;
    words = JSON.parse(form.dataset.words);
    form.querySelectorAll("[data-patterns]").forEach(enhance);
    form.querySelectorAll("[data-segment]").forEach(segment);
    form.addEventListener("click", (event) => {
      const name = event.target.closest("[data-add]")?.dataset.add;
      if (name) pickEvent(event.target, (chosen) => add(form.querySelector(`[data-patterns][data-name="${name}"]`), chosen));
    });
  }

  start();
  document.addEventListener("htmx:afterSettle", start);
  /* One menu at a time. */
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".b-menu[open]")) document.querySelectorAll(".b-menu[open]").forEach((menu) => { if (menu !== event.target) menu.open = false; });
  }, true);
})();
