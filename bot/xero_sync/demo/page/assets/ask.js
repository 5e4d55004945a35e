// What the page asks of the demo: every act is a POST, and what cannot be done comes back as a sentence.

import { toast } from "./dom.js";

export const me = { person: "U_BEA" };

export async function act(name, body = {}) {
  let answer;
  try {
    answer = await fetch(`/do/${name}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ person: me.person, ...body }) });
  } catch {
    throw new Error("The demo does not answer. Is it still running?");
  }
  const said = await answer.json().catch(() => ({ problem: `The demo answered with ${answer.status}.` }));
  if (said.problem) throw new Error(said.problem);
  return said;
}

export const tried = (promise) => promise.catch((error) => toast(error.message));
