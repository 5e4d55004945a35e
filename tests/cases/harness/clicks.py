"""What a person does later in a case, and what comes of that: `when.then_click` and `then.after_click`."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from tests.cases.harness.compare import attachments_of, card_choices
from tests.cases.harness.reading import NotUnderstood
from tests.cases.harness.stage import Stage, documents_of

Json = dict[str, Any]
_PICKS = re.compile(r"\bpicks (\d+)")
_COMES = re.compile(r"\b([A-Z]+-\w+) for ([^,.]+?) (?:comes )?with the same option")
_NUMBER = re.compile(r"[A-Z]+-\w+")


async def click(stage: Stage) -> None:
    """Do what `then_click` says. Raises NotUnderstood where a sentence of it is not known."""
    text = str(stage.run.when["then_click"])
    picked = _PICKS.search(text)
    if picked is None:
        raise NotUnderstood(f"when.then_click: {text}")
    card, label = next(((card, label) for card, label, project_id in await card_choices(stage) if project_id == int(picked[1])), (None, ""))
    if card is None:
        raise NotUnderstood(f"no card offers {picked[1]}")
    await stage.world.press(card, label)
    for number, contact in _COMES.findall(text):
        stage.world.xero.puts(_like_the_first(stage, number, contact), with_what_it_names=True)
        await stage.world.sync()


def _like_the_first(stage: Stage, number: str, contact: str) -> Json:
    """A document as the case's first one, with ids, number and contact of its own, changed just now."""
    document = deepcopy(documents_of(stage.run)[0])
    same = next((each["Contact"] for each in documents_of(stage.run) if each["Contact"].get("Name") == contact), None)
    xero, millis = stage.world.xero, int(stage.world.clock.now().timestamp() * 1000)
    own = {"InvoiceID": xero.new_id("case"), "InvoiceNumber": number, "UpdatedDateUTC": f"/Date({millis}+0000)/"}
    lines = [{**line, "LineItemID": xero.new_id("case")} for line in document["LineItems"]]
    return {**document, **own, "Contact": same or {"ContactID": xero.new_id("case"), "Name": contact}, "LineItems": lines}


async def after_click(stage: Stage) -> list[str]:
    """What is otherwise than `after_click` says."""
    wrong: list[str] = []
    for key, wanted in (stage.run.then.get("after_click") or {}).items():
        if key == "attachments":
            wrong += await attachments_of(stage, wanted)
        elif _NUMBER.fullmatch(key):
            wrong += await _stands(stage, key, wanted)
        else:
            raise NotUnderstood(f"then.after_click.{key}")
    return [f"after_click: {each}" for each in wrong]


async def _stands(stage: Stage, number: str, wanted: object) -> list[str]:
    document_id = next(each for each, row in stage.world.xero.documents.items() if row.get("InvoiceNumber") == number)
    on = sorted({share.project_id for share in (await stage.shares()).get(document_id, ())})
    if isinstance(wanted, dict) and set(wanted) == {"attach"}:
        return [] if on == [wanted["attach"]] else [f"{number} is on {on}, wanted is {wanted['attach']}"]
    if wanted == "ask":
        is_asked = any(number in card.plain and card.buttons for card in stage.world.cards())
        return [] if not on and is_asked else [f"{number} is on {on}, and a card {'asks' if is_asked else 'does not ask'}"]
    raise NotUnderstood(f"then.after_click.{number}: {wanted}")
