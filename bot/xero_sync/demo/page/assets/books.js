// The two books: what stands in Xero and Scoro, and what people do there.

import { act, tried } from "./ask.js";
import { byId, dialog, fill, h, place, remove } from "./dom.js";

const PLACES = { "xero/document": "documents", "xero/option": "options", "scoro/project": "projects", "scoro/object": "objects" };
const KINDS = [["ACCPAY", "Bill"], ["ACCPAYCREDIT", "Credit note of a supplier"], ["ACCREC", "Invoice"]];

export class Books {
  constructor(rows) {
    this.rows = rows;
    byId("new-document").addEventListener("click", () => this.edit(null));
    byId("new-project").addEventListener("click", () => this.nameOf("New project in Scoro", "Open it", { name: "", client: "" }, (given) => act("add_project", given)));
    byId("add-option").addEventListener("submit", async (event) => {
      event.preventDefault();
      const field = event.target.elements.name;
      await tried(act("add_option", { name: field.value }).then(() => { field.value = ""; }));
    });
  }

  row(key, row, how) {
    const [service, kind, id] = key.split("/");
    const list = byId(PLACES[`${service}/${kind}`]);
    if (!list || (kind === "option" && row && row.category !== "Project")) return;
    if (!row) remove(list, key);
    else place(list, key, this[kind](id, row), { ...how, isFirst: how.lights });
    byId("no-objects").hidden = byId("objects").children.length > 0;
  }

  document(id, row) {
    const isDraft = row.status === "Draft" || row.status === "Submitted";
    const isOpen = isDraft || row.status === "Approved";
    const name = `${row.kind.toLowerCase()} ${row.number}`;
    const button = (label, then, style) => h("button", { type: "button", class: style || null, "aria-label": `${label} ${name}`, "data-focus": label, onclick: then }, label);
    const actions = h("div", { class: "actions" },
      isDraft && button("Approve", () => tried(act("approve", { document_id: id })), "primary"),
      isOpen && button("Edit…", () => this.edit(id)),
      isOpen && button(isDraft ? "Delete" : "Void", () => tried(act("void", { document_id: id }))),
      !isDraft && ["Why?", "Undo", "Resume"].map((label) => button(label, () => tried(act("command", { text: `${label.toLowerCase().replace("?", "")} ${row.number}` })))));
    return h("li", {}, h("details", {},
      h("summary", {}, h("span", { class: "what" }, h("strong", {}, row.contact), ` ${row.kind.toLowerCase()} ${row.number}`), h("span", { class: "net" }, row.net), h("span", { class: `status ${row.status.toLowerCase()}` }, row.status)),
      h("ul", { class: "lines" }, row.lines.map((line) => h("li", {}, h("span", {}, `${line.description} · ${line.account}`), h("span", { class: "option" }, line.option || "no option"), h("span", { class: "net" }, line.money)))), !isDraft && actions), isDraft && actions);
  }

  option(id, row) {
    const isArchived = row.status === "ARCHIVED";
    return h("li", {}, h("details", {}, h("summary", {}, h("span", { class: "what" }, row.name, isArchived && h("em", {}, " archived"))), h("div", { class: "actions" },
      h("button", { type: "button", "aria-label": `Rename the option ${row.name}`, "data-focus": "rename", onclick: () => this.nameOf("Rename the option", "Rename", { name: row.name }, (given) => act("rename_option", { option_id: id, ...given })) }, "Rename…"),
      h("button", { type: "button", "aria-label": `${isArchived ? "Bring back" : "Archive"} the option ${row.name}`, "data-focus": "archive", onclick: () => tried(act("archive_option", { option_id: id, is_archived: !isArchived })) }, isArchived ? "Bring back" : "Archive"))));
  }

  project(id, row) {
    const project_id = Number(id);
    const name = `${row.name} (no. ${row.number})`;
    return h("li", {}, h("details", {},
      h("summary", {}, h("span", { class: "what" }, h("strong", {}, row.name), ` no. ${row.number} · ${row.client} · ${row.status}`), h("span", { class: "net" }, row.costs, row.income && h("small", {}, ` income ${row.income}`))),
      row.finances.length ? h("ul", { class: "lines" }, row.finances.map((one) => h("li", {}, h("span", {}, `${one.contact}, ${one.kind} ${one.number}`), h("span", { class: "net" }, one.net)))) : h("p", { class: "quiet" }, "Nothing on it yet."),
    h("div", { class: "actions" },
      h("button", { type: "button", "aria-label": `Rename ${name}`, "data-focus": "rename", onclick: () => this.nameOf("Rename the project", "Rename", { name: row.name }, (given) => act("rename_project", { project_id, ...given })) }, "Rename…"),
      h("button", { type: "button", "aria-label": `${row.is_completed ? "Reopen" : "Complete"} ${name}`, "data-focus": "complete", onclick: () => tried(act("complete_project", { project_id, is_completed: !row.is_completed })) }, row.is_completed ? "Reopen" : "Complete"))));
  }

  object(_, row) {
    return h("li", {}, h("span", { class: "what" }, row.name, h("em", {}, ` ${row.group}`)));
  }

  nameOf(title, yes, fields, submit) {
    const labels = { name: "Name", client: "Client" };
    const inputs = Object.entries(fields).map(([name, value]) => h("label", {}, labels[name], h("input", { name, value, maxlength: 255, autocomplete: "off" })));
    dialog({ title, yes, body: inputs, submit: (form) => submit(Object.fromEntries(Object.keys(fields).map((name) => [name, form.elements[name].value]))) });
  }

  // A new draft, or the lines of a document that is there.
  edit(id) {
    const row = id ? this.rows.get(`xero/document/${id}`) : null;
    const list = h("div", { class: "line-fields" });
    const add = (line) => list.append(this.lineFields(line, list));
    for (const line of row ? row.lines : [{ description: "", net: "", account: "310", option: "" }]) add(line);
    const head = row ? null : h("div", { class: "fields" },
      h("label", {}, "Kind", h("select", { name: "type" }, KINDS.map(([value, name]) => h("option", { value }, name)))),
      h("label", {}, "Number", h("input", { name: "number", autocomplete: "off", maxlength: 255 })),
      h("label", {}, "Supplier or customer", h("input", { name: "contact", autocomplete: "off", maxlength: 255 })));
    const more = h("button", { type: "button", onclick: () => add({ description: "", net: "", account: "310", option: "" }) }, "Another line");
    dialog({
      title: row ? `Edit ${row.kind.toLowerCase()} ${row.number}` : "New document in Xero", yes: row ? "Save" : "Enter as a draft", body: [head, list, more],
      submit: (form) => {
        const lines = [...list.children].map((group) => Object.fromEntries(["id", "description", "net", "account", "option"].map((name) => [name, name === "id" ? group.dataset.id : group.querySelector(`[name=${name}]`).value])));
        if (row) return act("edit", { document_id: id, lines });
        return act("enter", { type: form.elements.type.value, number: form.elements.number.value, contact: form.elements.contact.value, lines });
      },
    });
  }

  lineFields(line, list) {
    const named = (kind, of) => [...this.rows].filter(([key]) => key.startsWith(`xero/${kind}/`)).map(([, row]) => of(row));
    const accounts = named("account", (row) => [row.code, `${row.code} ${row.name}`]).sort();
    const options = named("option", (row) => row).filter((row) => row.category === "Project" && (row.status === "ACTIVE" || row.name === line.option)).map((row) => row.name).sort();
    const group = h("fieldset", { "data-id": line.id || "" }, h("legend", {}, "Line"),
      h("label", {}, "Text", h("input", { name: "description", value: line.description, autocomplete: "off", maxlength: 500 })),
      h("label", {}, "Net", h("input", { name: "net", value: line.net, inputmode: "decimal", autocomplete: "off" })),
      h("label", {}, "Account", h("select", { name: "account" }, accounts.map(([value, name]) => h("option", { value, selected: value === line.account }, name)))),
      h("label", {}, "Option", h("select", { name: "option" }, h("option", { value: "" }, "no option"), options.map((name) => h("option", { value: name, selected: name === line.option }, name)))),
      h("button", { type: "button", onclick: () => { if (list.children.length > 1) group.remove(); } }, "Remove this line"));
    return group;
  }
}
