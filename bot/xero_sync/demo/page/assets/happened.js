// What just happened: the calls of each step in plain words, the raw request and reply a click away.

import { byId, dialog, fill, h, place, remove } from "./dom.js";

const WHO = { bot: "The bot", you: "Somebody", Slack: "Slack", Xero: "Xero" };

export function step(key, row, { lights }) {
  const list = byId("steps");
  if (!row) return remove(list, key);
  const isNewest = ![...list.children].some((child) => child.dataset.key === key);
  if (isNewest) for (const older of list.children) older.open = false;
  place(list, key, h("details", { open: isNewest },
    h("summary", {}, row.title, h("span", { class: "quiet" }, ` ${count(row.calls.length + row.left_out)}`)),
    h("ol", {}, row.calls.map(call)), row.left_out > 0 && h("p", { class: "quiet" }, `and ${row.left_out} more`)), { lights });
  if (isNewest) list.prepend(list.lastElementChild);
}

const count = (many) => (many === 1 ? "1 call" : `${many} calls`);

function call(one) {
  return h("li", { class: one.is_well ? null : "bad" }, `${WHO[one.who]} ${one.words}`, !one.is_well && h("strong", {}, ` (${one.status})`), " ",
    h("button", { type: "button", class: "link", "data-focus": `raw-${one.number}`, "aria-label": `Raw: ${WHO[one.who]} ${one.words}`, onclick: () => raw(one) }, "raw"));
}

async function raw(one) {
  const answer = await fetch(`/raw/${one.number}`).then((got) => got.json()).catch(() => ({ problem: "The demo does not answer." }));
  const part = (title, text) => [h("h3", {}, title), h("pre", { tabindex: 0 }, text)];
  dialog({ title: `${WHO[one.who]} ${one.words}`, no: "Close", body: answer.problem ? h("p", {}, answer.problem) : [part("Sent", answer.request), part("Answered", answer.reply || "(nothing)")] });
}

export function tour(row, { lights }) {
  const stop = row.stops[row.done];
  fill(byId("tour"), h("ol", {}, row.stops.map((one, index) => h("li", { class: index < row.done ? "done" : null, "aria-current": index === row.done ? "step" : null },
    h("strong", {}, one.title), index < row.done && h("span", { class: "sr" }, " (done)")))),
  h("p", { class: lights ? "changed" : null, "aria-live": "polite" }, stop ? stop.sentence : "That was the tour. Everything on the page can be tried."),
  stop && row.where && h("button", { type: "button", class: "primary", "data-focus": "show", onclick: () => show(row.where) }, "Show me"));
}

export function show(where) {
  const target = where === "command" ? byId("command") : document.querySelector(`[data-key="${CSS.escape(where)}"]`);
  if (!target) return;
  document.body.dataset.panel = target.closest("section").id;
  target.closest("details")?.setAttribute("open", "");
  target.scrollIntoView({ block: "center" });
  target.classList.remove("changed");
  requestAnimationFrame(() => target.classList.add("changed"));
  (target.querySelector("button.primary, input, summary, button") || target).focus({ preventScroll: true });
}
