"""The page over HTTP: who is let in, what is refused, what is sent."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from xero_sync.demo.page.server import HEADERS, assets, page_app
from xero_sync.demo.page.show import Show

HOME = "http://127.0.0.1:8470"
OWN = {"origin": HOME, "content-type": "application/json"}


async def no_reset() -> None:
    raise AssertionError("nobody asked for it")


@pytest.fixture
async def browser(show: Show) -> AsyncIterator[httpx.AsyncClient]:
    app = page_app(lambda: show, no_reset, frozenset({"127.0.0.1", "localhost", "::1"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as client:
        yield client


def test_given_all_that_the_page_is_made_of_when_it_is_weighed_then_it_is_below_150_kb() -> None:
    found = assets()

    assert {"index.html", "page.css", "page.js"} < set(found) and sum(map(len, found.values())) < 150_000
    assert b"http://" not in b"".join(found.values()) and b"innerHTML" not in b"".join(found.values())


async def test_given_the_page_when_it_is_loaded_then_nothing_but_its_own_scripts_may_run(browser: httpx.AsyncClient) -> None:
    answers = [await browser.get(path) for path in ("/", "/assets/page.js", "/assets/page.css")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all(answer.headers[name] == value for answer in answers for name, value in HEADERS.items())
    assert "script-src 'self'" in HEADERS["content-security-policy"] and "unsafe" not in HEADERS["content-security-policy"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({**OWN, "host": "elsewhere.example:8470"}, id="a name that was made to lead here"),
        pytest.param({**OWN, "origin": "http://elsewhere.example"}, id="another site"),
        pytest.param({**OWN, "origin": "http://127.0.0.1:9999"}, id="another port"),
        pytest.param({**OWN, "origin": "null"}, id="a sandboxed frame"),
        pytest.param({**OWN, "origin": "http://["}, id="no address at all"),
        pytest.param({**OWN, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}, id="another site, as the browser says"),
        pytest.param({"content-type": "application/json"}, id="no origin"),
        pytest.param({**OWN, "content-type": "text/plain"}, id="a form of another site"),
    ],
)
async def test_given_somebody_elses_request_when_it_comes_then_nothing_is_done(
    browser: httpx.AsyncClient, show: Show, headers: dict[str, str]
) -> None:
    body = json.dumps({"name": "Planted"})

    answer = await browser.post("/do/add_option", content=body, headers=headers)

    assert answer.status_code == 403 and all(option.name != "Planted" for option in show.agency.xero.options("Project"))


async def test_given_a_page_of_another_name_when_it_looks_then_it_sees_nothing(browser: httpx.AsyncClient) -> None:
    answers = [await browser.get(path, headers={"host": "elsewhere.example"}) for path in ("/", "/events", "/raw/1")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("nothing", "{}"),
        ("command", "not JSON"),
        ("command", "[]"),
        ("command", '{"person": "U_BEA", "text": "\\ud800"}'),
        ("enter", '{"type": "ACCPAY", "number": "\\udfff", "contact": "A", "lines": []}'),
        ("command", "[" * 50_000),
        ("command", '{"person": "U_NOBODY", "text": "status"}'),
        ("command", '{"person": "U_BEA", "text": 7}'),
        ("rename_project", '{"project_id": "501", "name": "A"}'),
        ("fault", '{"word": "everything", "is_on": true}'),
    ],
)
async def test_given_what_the_page_never_asks_when_it_comes_then_it_is_refused_in_words(
    browser: httpx.AsyncClient, act: str, body: str
) -> None:
    answer = await browser.post(f"/do/{act}", content=body, headers=OWN)

    assert (answer.status_code, answer.json()["problem"][:9]) == (400, "The page ")


async def test_given_too_large_a_body_when_it_comes_then_it_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/do/command", content=b"x" * 200_000, headers=OWN)

    assert answer.status_code == 403


async def test_given_no_bot_when_a_command_is_typed_then_the_person_is_told_so(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/do/command", json={"person": "U_BEA", "text": "status"}, headers={"origin": HOME})

    assert answer.json() == {"problem": "Slack says that the bot did not answer (dispatch_failed)."}


@pytest.mark.parametrize(
    ("act", "body", "words"),
    [
        ("add_project", {"name": "  ", "client": "A"}, "Write the project's name."),
        ("rename_project", {"project_id": 501, "name": ""}, "Write the project's name."),
        ("rename_project", {"project_id": 999_999, "name": "A"}, "Scoro refuses: projects 999999 not found"),
        ("approve", {"document_id": "nope"}, "This document is not in Xero any more."),
        ("use", {"person": "U_BEA", "where": "1.1", "block_id": "x", "action_id": "y"}, "There is no message 1.1"),
        ("submit", {"person": "U_BEA", "where": "V1"}, "U_BEA has no view open"),
    ],
)
async def test_given_what_cannot_be_done_when_it_is_asked_then_one_sentence_says_why(
    browser: httpx.AsyncClient, act: str, body: dict[str, object], words: str
) -> None:
    answer = await browser.post(f"/do/{act}", json=body, headers={"origin": HOME})

    assert answer.json() == {"problem": words}


async def test_given_what_xero_refuses_when_it_is_asked_then_its_own_words_come_back(browser: httpx.AsyncClient, show: Show) -> None:
    answer = await browser.post("/do/add_option", json={"name": "Quay Lantern"}, headers={"origin": HOME})

    assert answer.json()["problem"].startswith("Xero refuses: ") and "unique" in answer.json()["problem"]
