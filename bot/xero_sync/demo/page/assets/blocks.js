// Block Kit as native elements. `on` says what using one does: press, choose, search.

import { dialog, fill, h } from "./dom.js";
import { text, plain } from "./mrkdwn.js";

let made = 0;
const newId = (kind) => `${kind}-${(made += 1)}`;

export function blocks(list, names, on, state = {}, errors = {}) {
  return list.map((block) => h("div", { class: `block ${block.type}` }, draw(block, names, on, state[block.block_id] || {}, errors[block.block_id])));
}

function draw(block, names, on, values, error) {
  const use = (element) => elementOf(element, block, names, on, values[element.action_id]);
  switch (block.type) {
    case "header": return h("h4", {}, plain(block.text));
    case "divider": return h("hr");
    case "markdown": return h("p", {}, block.text);
    case "section": return [
      block.text && h("p", {}, text(block.text, names)),
      block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("p", {}, text(field, names)))),
      block.accessory && use(block.accessory)];
    case "context": return h("p", {}, block.elements.map((part, index) => [index ? " " : "", part.type === "image" ? `[${part.alt_text}]` : text(part, names)]));
    case "image": return h("p", {}, text(block.title, names), ` [${block.alt_text}]`);
    case "actions": return h("div", { class: "actions" }, block.elements.map(use));
    case "input": return input(block, use, names, error);
    default: return h("p", { class: "quiet" }, `(a block of type ${block.type})`);
  }
}

function input(block, use, names, error) {
  const field = use(block.element);
  const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
  const id = control ? (control.id ||= newId("field")) : null;
  const hint = block.hint && h("p", { class: "quiet", id: newId("hint") }, plain(block.hint));
  const problem = error && h("p", { class: "problem", role: "alert", id: newId("error") }, error);
  const described = [hint, problem].filter(Boolean).map((one) => one.id).join(" ");
  if (control && described) control.setAttribute("aria-describedby", described);
  if (control && error) control.setAttribute("aria-invalid", "true");
  const label = plain(block.label) + (block.optional ? " (optional)" : "");
  const isGroup = field.matches("fieldset");
  if (isGroup) field.prepend(h("legend", {}, label));
  return [!isGroup && h("label", { for: id }, label), field, hint, problem];
}

function elementOf(element, block, names, on, value) {
  const ids = { block_id: block.block_id, action_id: element.action_id };
  const sure = (then) => () => (element.confirm ? confirmed(element.confirm, names, then) : then());
  switch (element.type) {
    case "button": return h("button", {
      type: "button", class: element.style || null, "aria-label": element.accessibility_label || null, "data-focus": element.action_id,
      onclick: sure(() => (element.url ? window.open(element.url, "_blank", "noopener,noreferrer") : null, on.press(ids, plain(element.text)))),
    }, plain(element.text));
    case "overflow": return menu(element, "More…", (choice, label) => sure(() => on.press(ids, label, choice))());
    case "static_select":
    case "multi_static_select": return select(element, block, value, (choice) => sure(() => on.choose(ids, choice))());
    case "external_select":
    case "multi_external_select": return external(element, block, ids, on, value, sure);
    case "users_select": return h("select", { "data-focus": element.action_id, "aria-label": plain(element.placeholder) || "Person", onchange: (event) => on.choose(ids, event.target.value) },
      h("option", { value: "" }, plain(element.placeholder) || "Choose…"), on.people().map(([id, name]) => h("option", { value: id, selected: value?.selected_user === id }, name)));
    case "datepicker": return typed("date", value?.selected_date ?? element.initial_date, ids, on, element);
    case "timepicker": return typed("time", value?.selected_time ?? element.initial_time, ids, on, element);
    case "checkboxes": return ticks("checkbox", element, ids, on, names, (value?.selected_options ?? element.initial_options ?? []).map((one) => one.value));
    case "radio_buttons": return ticks("radio", element, ids, on, names, [(value?.selected_option ?? element.initial_option)?.value]);
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input": return typed({ number_input: "number", email_text_input: "email", url_text_input: "url" }[element.type] || "text", value?.value ?? element.initial_value, ids, on, element);
    case "image": return h("span", { class: "quiet" }, `[${element.alt_text}]`);
    default: return h("span", { class: "quiet" }, `(${element.type})`);
  }
}

export function confirmed(confirm, names, then) {
  dialog({ title: plain(confirm.title), body: h("p", {}, text(confirm.text, names)), yes: plain(confirm.confirm), no: plain(confirm.deny), danger: confirm.style === "danger", submit: () => then() });
}

const optionsOf = (element) => element.option_groups || [{ label: null, options: element.options || [] }];

function menu(element, label, then) {
  return h("select", { "aria-label": label, "data-focus": element.action_id, onchange: (event) => {
    const chosen = element.options.find((option) => option.value === event.target.value);
    event.target.value = "";
    if (chosen) then(plain(chosen.text), plain(chosen.text));
  } }, h("option", { value: "" }, label), element.options.map((option) => h("option", { value: option.value }, plain(option.text))));
}

function select(element, block, value, then) {
  const many = element.type.startsWith("multi");
  const chosen = many ? (value?.selected_options ?? element.initial_options ?? []).map((one) => one.value) : [(value?.selected_option ?? element.initial_option)?.value];
  const label = block.type === "input" ? null : plain(element.placeholder) || "Choose";
  return h("select", { multiple: many, "aria-label": label, "data-focus": element.action_id, onchange: (event) => {
    const values = [...event.target.selectedOptions].map((option) => option.value).filter(Boolean);
    then(many ? values : values[0] ?? null);
  } }, !many && h("option", { value: "" }, plain(element.placeholder) || "Choose…"),
  optionsOf(element).map((group) => {
    const listed = group.options.map((option) => h("option", { value: option.value, selected: chosen.includes(option.value) }, plain(option.text)));
    return group.label ? h("optgroup", { label: plain(group.label) }, listed) : listed;
  }));
}

// Searches as one types; what is found stands in a native list under it.
function external(element, block, ids, on, value, sure) {
  const shortest = element.min_query_length ?? 3;
  const name = (block.label && plain(block.label)) || plain(element.placeholder) || "Search";
  const many = element.type.startsWith("multi");
  const held = many ? (value?.selected_options ?? element.initial_options ?? []) : [(value?.selected_option ?? element.initial_option)].filter(Boolean);
  const status = h("p", { class: "quiet", role: "status" });
  const list = h("select", { size: 6, multiple: many, "aria-label": `${name}: found`, onchange: () => {
    const values = [...list.selectedOptions].map((option) => option.value);
    sure(() => on.choose(ids, many ? values : values[0], box.value))();
  } }, held.map((option) => h("option", { value: option.value, selected: true }, plain(option.text))));
  list.hidden = !held.length;
  let waiting = 0;
  let asked = 0;
  const look = async () => {
    if (box.value.length < shortest) return fill(status, `Type at least ${shortest} characters.`);
    const mine = (asked += 1);
    try {
      const found = (await on.search(ids, box.value)).options;
      if (mine !== asked) return;
      fill(list, found.map((option) => h("option", { value: option.value }, option.text)));
      list.hidden = !found.length;
      fill(status, found.length ? `${found.length} found. Choose one in the list.` : "Nothing found. Type something else.");
    } catch (error) {
      fill(status, error.message);
    }
  };
  const later = () => { clearTimeout(waiting); waiting = setTimeout(look, 200); };
  const box = h("input", { type: "search", placeholder: plain(element.placeholder) || null, "aria-label": block.label ? null : name, autocomplete: "off", "data-focus": element.action_id, oninput: later, onfocus: () => { if (!list.options.length) later(); },
    onkeydown: (event) => { if (event.key === "ArrowDown" && list.options.length) { event.preventDefault(); list.focus(); } if (event.key === "Enter") { event.preventDefault(); look(); } } });
  return h("div", { class: "search" }, box, list, status);
}

function typed(type, value, ids, on, element) {
  const attributes = {
    value: value ?? "", placeholder: plain(element.placeholder) || null, "data-focus": ids.action_id, maxlength: element.max_length ?? null,
    onchange: (event) => on.choose(ids, event.target.value),
  };
  if (element.multiline) { const area = h("textarea", { ...attributes, value: null, rows: 4 }); area.value = value ?? ""; return area; }
  return h("input", { type, autocomplete: "off", ...attributes });
}

function ticks(type, element, ids, on, names, chosen) {
  const name = newId("ticks");
  const changed = (event) => {
    const values = [...event.currentTarget.querySelectorAll("input:checked")].map((box) => box.value);
    on.choose(ids, type === "radio" ? values[0] : values);
  };
  return h("fieldset", { onchange: changed }, element.options.map((option) => h("label", { class: "tick" },
    h("input", { type, name, value: option.value, checked: chosen.includes(option.value) }), h("span", {}, text(option.text, names), option.description && [" ", h("small", {}, plain(option.description))]))));
}
