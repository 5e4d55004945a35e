// The rows come as server-sent events; each goes to the part of the page that shows it, and lights up there when it changed.

import { act, me, tried } from "./ask.js";
import { Books } from "./books.js";
import { byId, dialog, fill, h } from "./dom.js";
import { step, tour } from "./happened.js";
import { Slack } from "./slack.js";

const rows = new Map();
const slack = new Slack(rows);
const books = new Books(rows);

function route(key, row, how) {
  const [part, kind, id] = key.split("/");
  if (key.startsWith("slack/message/")) slack.message(key, row, how);
  else if (part === "slack" && kind === "view") slack.view(id, row);
  else if (part === "slack" && kind === "home") slack.home(id, row);
  else if (part === "slack" && kind === "person") people();
  else if (part === "xero" || part === "scoro") books.row(key, row, how);
  else if (part === "step") step(key, row, how);
  else if (part === "tour") tour(row, how);
  else if (part === "fault") faults();
  else if (part === "show") state(row);
}

function people() {
  const roles = [...rows].filter(([key]) => key.startsWith("slack/person/"));
  fill(byId("person"), roles.map(([key, row]) => h("option", { value: key.split("/")[2], selected: key.endsWith(`/${me.person}`) }, `${row.name}, ${row.role}`)));
}

function faults() {
  const field = byId("faults").querySelector("fieldset");
  const focused = field.contains(document.activeElement) ? document.activeElement.dataset.word : null;
  const switches = [...rows].filter(([key]) => key.startsWith("fault/")).map(([key, row]) => {
    const word = key.split("/")[1];
    return h("label", { class: "tick" }, h("input", { type: "checkbox", checked: row.is_on, "data-word": word, onchange: (event) => tried(act("fault", { word, is_on: event.target.checked })) }), row.text);
  });
  fill(field, h("legend", {}, "The bot has to cope with it"), switches);
  if (focused) field.querySelector(`[data-word=${focused}]`)?.focus();
}

function state(row) {
  const said = row.problem || (!row.is_open ? "The bot starts, Ada ends the rehearsal, and Finn answers a first question…" : row.is_bot_running ? "" : "The bot has stopped. Stop the demo in its terminal and start it again: it goes on with these books.");
  fill(byId("state"), said);
  byId("state").className = row.problem ? "problem" : "";
  document.body.dataset.ready = String(row.is_open);
}

const source = new EventSource("/events");
source.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  const isFirst = told.is_new;
  if (isFirst) {
    rows.clear();
    slack.closeView();
    for (const id of ["channel", "documents", "options", "projects", "objects", "steps"]) fill(byId(id));
  }
  for (const [key, row] of Object.entries(told.rows)) {
    if (row === null) rows.delete(key);
    else rows.set(key, row);
  }
  for (const [key, row] of Object.entries(told.rows)) route(key, row, { lights: !isFirst });
  if (isFirst) byId("channel").scrollTop = byId("channel").scrollHeight;
});
source.addEventListener("error", () => fill(byId("state"), "The demo has stopped. Start it again; this page then goes on by itself."));

byId("person").addEventListener("change", (event) => {
  me.person = event.target.value;
  slack.changePerson();
});
byId("reset").addEventListener("click", () => dialog({
  title: "Start anew?", yes: "Start anew", danger: true, body: h("p", {}, "Both books and the channel begin again; what you did is gone."),
  submit: () => act("reset"),
}));
for (const button of document.querySelectorAll("nav [data-show]")) {
  button.addEventListener("click", () => { document.body.dataset.panel = button.dataset.show; marks(); });
}
function marks() {
  for (const button of document.querySelectorAll("nav [data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === document.body.dataset.panel));
}
new MutationObserver(marks).observe(document.body, { attributeFilter: ["data-panel"] });
marks();
