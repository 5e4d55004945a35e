// The Slack part: the channel with its threads, what only you see, forms, the home tab, the command box.

import { act, me, tried } from "./ask.js";
import { blocks } from "./blocks.js";
import { byId, fill, h, place, remove } from "./dom.js";
import { show } from "./happened.js";
import { plain, mrkdwn } from "./mrkdwn.js";

export class Slack {
  constructor(rows) {
    this.rows = rows;
    this.shownView = null;
    byId("command").addEventListener("submit", (event) => this.typed(event));
    byId("channel").addEventListener("click", (event) => this.followed(event));
    byId("tabs").addEventListener("click", (event) => event.target.dataset.tab && this.openTab(event.target.dataset.tab));
  }

  name = (id) => (this.rows.get(`slack/person/${id}`) || this.rows.get(`slack/channel/${id}`))?.name || id;

  // What using an element on this message or view does.
  on(where) {
    let pending = Promise.resolve();
    const after = (promise) => { pending = Promise.allSettled([pending, promise]); return tried(promise); };
    return {
      allSent: () => pending,
      press: (ids, label, choice) => after(act("use", { where, ...ids, label, choice })),
      choose: (ids, choice, query) => after(act("use", { where, ...ids, choice, ...(query === undefined ? {} : { query }) })),
      search: (ids, query) => act("search", { where, ...ids, query }),
      people: () => [...this.rows].filter(([key]) => key.startsWith("slack/person/")).map(([key, row]) => [key.split("/")[2], row.name]),
    };
  }

  // Xero's books stand beside the channel: a link into them leads there, not to Xero's own site.
  followed(event) {
    const key = `xero/document/${/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(event.target.closest("a")?.href)?.[0]}`;
    if (!this.rows.has(key)) return;
    event.preventDefault();
    show(key);
  }

  async typed(event) {
    event.preventDefault();
    const field = event.target.elements.text;
    const text = field.value.replace(/^\/xero-sync\s*/, "");
    field.value = "";
    await tried(act("command", { text }));
  }

  isSeen(row) {
    return !row.only_for || row.only_for === me.person;
  }

  message(key, row, { lights }) {
    const channel = byId("channel");
    const isAtEnd = channel.scrollHeight - channel.scrollTop - channel.clientHeight < 80;
    if (!row || !this.isSeen(row)) return remove(channel, key) || [...channel.querySelectorAll(".thread")].forEach((thread) => remove(thread, key));
    const parent = row.thread && channel.querySelector(`[data-key="slack/message/${row.channel}/${CSS.escape(row.thread)}"]`);
    const element = h("article", { class: `message ${row.only_for ? "private" : ""}` },
      h("p", { class: "by" }, h("strong", {}, row.by), h("span", { class: "app" }, row.by === "xero-sync" ? "APP" : ""), " ",
        h("time", {}, new Date(Number(row.ts) * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })), row.edited ? " (edited)" : "",
        row.only_for && h("em", {}, " Only you can see this")),
      h("div", { class: "content" }, row.blocks.length ? blocks(row.blocks, this.name, this.on(row.ts)) : h("p", {}, mrkdwn(row.text, this.name))),
      !row.thread && h("div", { class: "thread" }, parent ? null : this.thread(key)));
    if (parent) place(parent.querySelector(".thread"), key, element, { lights });
    else this.insert(channel, key, element, lights);
    // An answer for one person alone is what they wait for.
    if (isAtEnd || (lights && row.only_for)) channel.scrollTop = channel.scrollHeight;
  }

  // Replies that stand there already move along when the message above them changes.
  thread(key) {
    const old = [...byId("channel").children].find((child) => child.dataset.key === key);
    return old ? [...old.querySelector(".thread").children] : [];
  }

  // By time: what only one person sees comes in later, and stands where it came.
  insert(channel, key, element, lights) {
    const isNew = ![...channel.children].some((child) => child.dataset.key === key);
    place(channel, key, element, { lights });
    if (!isNew) return;
    const ts = Number(key.split("/")[3]);
    const next = [...channel.children].find((child) => Number(child.dataset.key.split("/")[3]) > ts);
    if (next) channel.insertBefore(element, next);
  }

  view(person, row) {
    if (person !== me.person) return;
    if (!row) return this.closeView();
    if (this.shownView?.dataset.hash === row.hash) return;
    const isMine = this.shownView?.dataset.view === row.id;
    const dialog = isMine ? this.shownView : this.newView(row.id);
    dialog.dataset.hash = row.hash;
    const errors = row.errors;
    const on = this.on(row.id);
    const send = async (event) => {
      event.preventDefault();
      await on.allSent();
      await tried(act("submit", { where: row.id }));
    };
    fill(dialog, h("form", { onsubmit: send },
      h("h2", { id: "view-title" }, plain(row.title)),
      h("div", { class: "body" }, blocks(row.blocks, this.name, on, row.state.values, errors)),
      h("div", { class: "ends" },
        h("button", { type: "button", onclick: () => tried(act("close", { where: row.id })) }, plain(row.close) || "Close"),
        row.submit && h("button", { class: "primary" }, plain(row.submit)))));
    if (!isMine) dialog.showModal();
    (dialog.querySelector(".body input, .body select, .body textarea") || dialog.querySelector("button")).focus();
  }

  newView(id) {
    this.closeView();
    this.shownView = h("dialog", { "aria-labelledby": "view-title", "data-view": id, oncancel: (event) => { event.preventDefault(); tried(act("close", { where: id })); } });
    document.body.append(this.shownView);
    return this.shownView;
  }

  closeView() {
    this.shownView?.close();
    this.shownView?.remove();
    this.shownView = null;
  }

  home(person, row) {
    if (person !== me.person) return;
    byId("tabs").hidden = !row;
    if (row) fill(byId("home"), blocks(row.blocks, this.name, this.on(row.id), row.state.values));
    else this.openTab("channel");
  }

  openTab(tab) {
    byId("channel").hidden = tab !== "channel";
    byId("home").hidden = tab !== "home";
    for (const button of byId("tabs").children) button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
    if (tab === "home") tried(act("home"));
  }

  // Somebody else sits down: what only they see.
  changePerson() {
    this.closeView();
    fill(byId("channel"));
    for (const [key, row] of this.rows) if (key.startsWith("slack/message/")) this.message(key, row, { lights: false });
    this.home(me.person, this.rows.get(`slack/home/${me.person}`));
    const view = this.rows.get(`slack/view/${me.person}`);
    if (view) this.view(me.person, view);
    byId("channel").scrollTop = byId("channel").scrollHeight;
  }
}
