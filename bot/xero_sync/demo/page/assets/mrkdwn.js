// Slack's mrkdwn as nodes. What it cannot read is shown as it stands.

import { h } from "./dom.js";

const TOKEN = /<([^<>\n]+)>/;
const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const MARKS = [["*", "strong"], ["_", "em"], ["~", "s"]];

export function plain(object) {
  return object ? object.text : "";
}

// A text object: only mrkdwn has marks.
export function text(object, names) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : lines(object.text, (line) => [line]);
}

export function mrkdwn(source, names) {
  return lines(source, (line) => (line.startsWith("&gt; ") ? [h("q", {}, inline(line.slice(5), names))] : inline(line, names)));
}

function lines(source, read) {
  return source.split("\n").flatMap((line, index) => (index ? [h("br"), ...read(line)] : read(line)));
}

function inline(source, names) {
  const code = /`([^`\n]+)`/.exec(source);
  if (code) return [...inline(source.slice(0, code.index), names), h("code", {}, unescaped(code[1])), ...inline(source.slice(code.index + code[0].length), names)];
  for (const [mark, tag] of MARKS) {
    const styled = styledBy(mark).exec(source);
    if (styled) return [...inline(source.slice(0, styled.index), names), h(tag, {}, inline(styled[1], names)), ...inline(source.slice(styled.index + styled[0].length), names)];
  }
  const token = TOKEN.exec(source);
  if (token) return [...inline(source.slice(0, token.index), names), ...read(token[1], names), ...inline(source.slice(token.index + token[0].length), names)];
  return source ? [unescaped(source)] : [];
}

// Slack formats only what stands between a mark that begins and one that ends a word.
function styledBy(mark) {
  const one = mark === "*" ? "\\*" : mark;
  return new RegExp(`(?<![\\p{L}\\p{N}_${one}])${one}(?=[^\\s${one}])([^\\n${one}]*[^\\s${one}])${one}(?![\\p{L}\\p{N}_${one}])`, "u");
}

function read(token, names) {
  const at = token.indexOf("|");
  const target = at < 0 ? token : token.slice(0, at);
  const label = at < 0 ? "" : unescaped(token.slice(at + 1));
  if (target.startsWith("!date^")) return [moment(target, label)];
  if (target.startsWith("!")) return [h("span", { class: "ping" }, `@${label.replace(/^@/, "") || target.slice(1)}`)];
  if (target.startsWith("@") || target.startsWith("#")) return [h("span", { class: "mention" }, target[0] + (label || names(target.slice(1))))];
  if (/^https?:\/\//.test(target)) return [h("a", { href: unescaped(target), target: "_blank", rel: "noreferrer noopener" }, label || unescaped(target))];
  return [label || unescaped(target)];
}

function moment(target, fallback) {
  const [, unix, shape = ""] = target.split("^");
  const at = new Date(Number(unix) * 1000);
  if (!unix || Number.isNaN(at.getTime())) return fallback;
  const parts = {
    "{time}": () => at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }),
    "{time_secs}": () => at.toLocaleTimeString("en-GB"),
    "{date_num}": () => at.toISOString().slice(0, 10),
  };
  const shown = shape.replace(/\{[a-z_]+\}/g, (name) => (parts[name] || (() => at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })))());
  return h("time", { datetime: at.toISOString(), title: fallback }, shown);
}
