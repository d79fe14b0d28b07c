"""Logging in and out, over HTTP."""

from __future__ import annotations

import httpx

from bot.accounts import Role
from tests.desk.conftest import LogIn
from tests.desk.gateway import PASSWORD, DeskGateway


async def test_a_log_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use(
    gateway: DeskGateway, stranger: httpx.AsyncClient
) -> None:
    lea = await gateway.person("Léa")
    answer = await stranger.post("/api/v1/session", json={"email": lea.email, "password": PASSWORD})
    assert answer.json()["user"] == {"id": lea.id, "email": lea.email, "name": "Léa", "role": "agent"}
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert (await stranger.get("/api/v1/session")).json()["user"]["name"] == "Léa"


async def test_a_wrong_password_gives_no_session(gateway: DeskGateway, stranger: httpx.AsyncClient) -> None:
    lea = await gateway.person("Léa")
    answer = await stranger.post("/api/v1/session", json={"email": lea.email, "password": "guess"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "wrong_log_in"
    assert "set-cookie" not in answer.headers


async def test_guessing_is_slowed_down(gateway: DeskGateway, stranger: httpx.AsyncClient) -> None:
    lea = await gateway.person("Léa")
    wrong = {"email": lea.email, "password": "guess"}
    codes = [(await stranger.post("/api/v1/session", json=wrong)).status_code for _ in range(12)]
    assert codes[-1] == 429


async def test_after_logging_out_the_old_cookie_is_worth_nothing(gateway: DeskGateway, at_work: LogIn) -> None:
    lea = await at_work("Léa")
    token = lea.cookies["souk_session"]
    assert (await lea.delete("/api/v1/session")).status_code == 204
    async with httpx.AsyncClient(base_url=gateway.url, cookies={"souk_session": token}) as thief:
        assert (await thief.get("/api/v1/session")).json() == {"user": None}
        assert (await thief.get("/api/v1/desk/queue")).status_code == 401


async def test_nobody_reads_the_desk_without_a_log_in(gateway: DeskGateway, stranger: httpx.AsyncClient) -> None:
    conversation = await gateway.waiting()
    for path in ("queue", "conversations", f"conversations/{conversation}", "live"):
        answer = await stranger.get(f"/api/v1/desk/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "log_in"), path


async def test_an_operator_is_not_an_agent_but_an_owner_is(at_work: LogIn) -> None:
    operator, owner = await at_work("Omar", Role.OPERATOR), await at_work("Ines", Role.OWNER)
    answer = await operator.get("/api/v1/desk/queue")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_role")
    assert (await owner.get("/api/v1/desk/queue")).status_code == 200


async def test_another_sites_page_cannot_claim_with_our_cookie(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea = await at_work("Léa")
    answer = await lea.post(
        f"/api/v1/desk/conversations/{conversation}/claim",
        headers={"Origin": "https://elsewhere.example", "If-Match": '"0"'},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "other_origin")
    assert (await lea.get("/api/v1/desk/queue")).json()["counts"] == {"waiting": 1, "mine": 0, "others": 0}
