"""The edge, the keys, the limits and the errors."""

from typing import Any

import pytest

KEY = {"apiKey": "ScoroAPI_0123456789abcde", "company_account_id": "ferrowpike"}


async def test_given_a_good_key_in_the_body_when_listed_then_ok(scoro, ask) -> None:
    scoro.has_project("Blue Pylon")

    reply = await ask("projects/list")

    assert [project["project_name"] for project in reply.json()["data"]] == ["Blue Pylon"]


async def test_given_a_path_without_action_when_asked_then_it_lists(scoro, ask) -> None:
    scoro.has_project("Blue Pylon")

    data = await ask.answer("projects")

    assert len(data) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"apiKey": "ScoroAPI_000000000000000"}, id="wrong key"),
        pytest.param({"apiKey": None}, id="no key"),
        pytest.param({"company_account_id": "elsewhere"}, id="unknown entity"),
    ],
)
async def test_given_a_bad_key_when_asked_then_error_401_stands_in_the_body(ask, wrong: dict[str, Any]) -> None:
    reply = await ask("projects/list", **wrong)

    body = reply.json()
    assert (reply.status_code, body["status"], int(body["statusCode"])) == (401, "ERROR", 401)


async def test_given_a_key_in_the_header_and_query_only_when_asked_then_401(ask) -> None:
    reply = await ask.http.post("/api/v2/projects/list", params=KEY, headers={"apiKey": KEY["apiKey"]}, json={"request": {}})

    assert reply.status_code == 401


async def test_given_a_user_token_when_projects_are_listed_then_their_company_is_named(scoro, ask) -> None:
    scoro.has_user("Finn Archer", token="finns-token")
    scoro.has_project("Blue Pylon", company="Tern & Teal Ltd")

    data = await ask.answer("projects/list", apiKey=None, user_token="finns-token")

    assert data[0]["company_name"] == "Tern &amp; Teal Ltd"


@pytest.mark.parametrize("agent", ["", "python-httpx/0.28.1", "Python-urllib/3.11"])
async def test_given_a_library_user_agent_when_asked_then_the_edge_blocks_without_json(ask, agent: str) -> None:
    reply = await ask.http.post("/api/v2/projects/list", json=KEY, headers={"User-Agent": agent})

    assert (reply.status_code, reply.text, reply.headers["content-type"].split(";")[0]) == (403, "error code: 1010", "text/plain")


async def test_given_the_edge_switched_off_when_a_library_asks_then_ok(scoro, ask) -> None:
    scoro.switches.edge_blocks_library_agents = False

    reply = await ask.http.post("/api/v2/projects/list", json=KEY, headers={"User-Agent": "python-httpx/0.28.1"})

    assert reply.status_code == 200


@pytest.mark.parametrize("status", [200, 404])
async def test_given_an_unknown_site_when_asked_then_an_html_page_under_either_status(scoro, ask, status: int) -> None:
    scoro.site_is_known = False
    scoro.switches.unknown_site_status = status

    reply = await ask("projects/list")

    assert (reply.status_code, reply.headers["content-type"].split(";")[0], reply.text[:9]) == (status, "text/html", "<!DOCTYPE")


async def test_given_a_get_when_asked_then_error(ask) -> None:
    reply = await ask.http.get("/api/v2/projects/list")

    assert (reply.status_code, reply.json()["status"]) == (405, "ERROR")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff"])
async def test_given_a_body_that_is_no_object_when_asked_then_error_400(ask, raw: bytes) -> None:
    reply = await ask.http.post("/api/v2/projects/list", content=raw)

    assert (reply.status_code, reply.json()["status"]) == (400, "ERROR")


@pytest.mark.parametrize(
    "path", ["nothing/list", "users/modify", "customFields/view/1", "financeObjects/modify", "financeObjects/delete/1"]
)
async def test_given_an_action_scoro_lacks_when_asked_then_error(ask, path: str) -> None:
    reply = await ask(path)

    assert (reply.status_code, reply.json()["status"]) == (403, "ERROR")


async def test_given_errors_under_200_when_the_key_is_wrong_then_only_the_body_tells(scoro, ask) -> None:
    scoro.switches.errors_under_http_200 = True

    reply = await ask("projects/list", apiKey="wrong")

    assert (reply.status_code, reply.json()["status"]) == (200, "ERROR")


@pytest.mark.parametrize("http_status", ["404", "200"])
async def test_given_an_unknown_id_when_viewed_then_error_404_under_either_http_status(scoro, ask, http_status: Any) -> None:
    scoro.switches.unknown_id = http_status

    reply = await ask("bills/view/77")

    body = reply.json()
    assert (reply.status_code, body["status"], int(body["statusCode"])) == (int(http_status), "ERROR", 404)


@pytest.mark.parametrize("code", [403, 400])
async def test_given_an_action_the_module_lacks_when_asked_then_the_switch_says_with_which_code_it_is_refused(
    scoro, ask, code: int
) -> None:
    scoro.switches.refused_action_code = code

    body = (await ask("bills/fly")).json()

    assert (body["status"], int(body["statusCode"])) == ("ERROR", code)


@pytest.mark.parametrize(
    ("form", "messages", "errors"),
    [
        ("messages.error", {"error": ["Authentication failed"]}, None),
        ("errors", None, {"error": ["Authentication failed"]}),
        ("list", ["Authentication failed"], None),
        ("string", "Authentication failed", None),
    ],
)
async def test_given_a_form_of_errors_when_refused_then_the_text_stands_there(
    scoro, ask, form: Any, messages: object, errors: object
) -> None:
    scoro.switches.error_form = form

    body = (await ask("projects/list", apiKey="wrong")).json()

    assert (body["messages"], body.get("errors")) == (messages, errors)


async def test_given_several_calls_when_answered_then_status_code_is_number_and_string_mixed(ask) -> None:
    codes = [(await ask("projects/list")).json()["statusCode"] for _ in range(4)]

    assert codes == [200, "200", 200, "200"]


async def test_given_forty_calls_in_two_seconds_when_one_more_comes_then_429_until_they_have_passed(scoro, ask, clock) -> None:
    scoro.limits.per_window = 40
    for _ in range(40):
        await ask("projects/list")

    over = await ask("projects/list")
    clock.passes(seconds=2)
    after = await ask("projects/list")

    assert (over.status_code, over.headers["retry-after"], over.headers["x-ratelimit-remaining"], after.status_code) == (429, "2", "0", 200)


@pytest.mark.parametrize(("window", "status"), [("sliding", 429), ("fixed", 200)])
async def test_given_a_kind_of_window_when_its_border_is_crossed_then_only_a_fixed_one_starts_anew(
    scoro, ask, clock, window: Any, status: int
) -> None:
    scoro.switches.limit_window = window
    scoro.limits.per_window = 1
    clock.passes(seconds=1.5)
    await ask("projects/list")

    clock.passes(seconds=1)

    assert (await ask("projects/list")).status_code == status


async def test_given_a_used_up_day_when_asked_then_429_until_midnight(scoro, ask, clock) -> None:
    scoro.limits.per_day = 1
    await ask("projects/list")

    over = await ask("projects/list")
    clock.passes(seconds=int(over.headers["retry-after"]))

    assert over.headers["retry-after"] == str(14 * 3600 + 1) and (await ask("projects/list")).status_code == 200


async def test_given_the_account_when_listed_then_its_entities_and_currencies_stand_there(scoro, ask) -> None:
    scoro.site("ferrowpike", entity="fp-uk", base_currency="GBP", currencies=["EUR"])
    scoro.has_entity("fp-de", "Ferrow & Pike GmbH")

    data = await ask.answer("companyAccount/list")

    assert data == [
        {
            "active_entities": [
                {"entity_id": "fp-uk", "entity_name": "Ferrow & Pike Ltd"},
                {"entity_id": "fp-de", "entity_name": "Ferrow & Pike GmbH"},
            ],
            "base_currency": "GBP",
            "active_currencies": ["GBP", "EUR"],
        }
    ]
