// Elements are made here and nowhere else: text goes in as text, never as markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  fill(element, ...children);
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
}

export const byId = (id) => document.getElementById(id);

// A row keeps its place and its focus while its content changes; what changed lights up.
export function place(list, key, element, { lights, isFirst = false }) {
  const old = [...list.children].find((child) => child.dataset.key === key);
  element.dataset.key = key;
  if (lights) element.classList.add("changed");
  if (!old) return isFirst ? list.prepend(element) : list.append(element);
  const open = [...old.querySelectorAll("details")].map((details) => details.open);
  [...element.querySelectorAll("details")].forEach((details, index) => { details.open = open[index] ?? details.open; });
  if (old.matches("details")) element.open = old.open;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const mark = focused && (focused.dataset.focus || focused.textContent);
  old.replaceWith(element);
  if (focused) ([...element.querySelectorAll("button, select, input, summary, a")].find((one) => (one.dataset.focus || one.textContent) === mark) || element.querySelector("button, summary") || list).focus({ preventScroll: true });
}

export function remove(list, key) {
  [...list.children].find((child) => child.dataset.key === key)?.remove();
}

export function toast(text) {
  const shown = h("div", { class: "toast" }, h("span", {}, text), h("button", { type: "button", onclick: () => shown.remove(), "aria-label": "Close this message" }, "×"));
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), 12000);
}

let asked = 0;

// A dialog with one form; `submit` may throw, and its words then stand in the dialog.
export function dialog({ title, body, yes, no = "Cancel", danger = false, submit, closed }) {
  const id = `dialog-${(asked += 1)}`;
  const problem = h("p", { class: "problem", role: "alert" });
  let isSent = false;
  const form = h("form", { method: "dialog", novalidate: null, onsubmit: async (event) => {
    event.preventDefault();
    const button = form.querySelector("button.yes");
    if (button) button.disabled = true;
    fill(problem);
    try {
      await submit?.(form);
      isSent = true;
      box.close();
    } catch (error) {
      fill(problem, error.message);
    }
    if (button) button.disabled = false;
  } },
  h("h2", { id }, title), h("div", { class: "body" }, body), problem,
  h("div", { class: "ends" }, h("button", { type: "button", onclick: () => box.close() }, no), yes && h("button", { class: `yes ${danger ? "danger" : "primary"}` }, yes)));
  const box = h("dialog", { "aria-labelledby": id, onclose: () => { box.remove(); if (!isSent) closed?.(); } }, form);
  document.body.append(box);
  box.showModal();
  return box;
}
