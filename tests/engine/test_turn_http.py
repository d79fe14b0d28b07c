"""The engine as the worker meets it: another process, another Python, JSON over loopback."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.engine.conftest import RunningEngine, running_engine


def asked(text: str | None = None, **more: Any) -> dict[str, Any]:
    message = {"id": "m1", "locale": "en-GB", "metadata": {"channel": "web"}}
    message |= {"payload": more.pop("payload")} if "payload" in more else {"text": text}
    return {"turn_id": "t1", "conversation_id": "7", "message": message, **more}


def turn(engine: RunningEngine, *arguments: Any, **more: Any) -> httpx.Response:
    return httpx.post(f"{engine.url}/", json=asked(*arguments, **more), timeout=30)


def slots_set(answer: dict[str, Any]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in answer["events"] if event["event"] == "slot"}


def test_a_turn_is_answered_with_events_replies_and_reasons(engine: RunningEngine) -> None:
    response = turn(engine, "hello")

    answer = response.json()
    assert response.status_code == 200
    assert set(answer) == {"events", "replies", "trace"}
    assert answer["replies"] == [{"text": "Hello."}]
    assert answer["trace"]["model"] == "first.tar.gz"
    assert answer["trace"]["language"] == "en-GB"
    assert answer["trace"]["steps"] == [{"action": "utter_greet", "policy": "RulePolicy", "confidence": 1.0}]
    assert answer["trace"]["intent_ranking"][0]["name"] == "greet"


def test_an_action_of_a_current_sdk_reads_the_turns_id_and_says_its_own_json(engine: RunningEngine) -> None:
    answer = turn(engine, "look up green", turn_id="t42").json()

    assert answer["replies"] == [{"custom": {"type": "text", "text": "Something green."}}]
    assert slots_set(answer)["looked_up"] == "t42"
    assert answer["trace"]["errors"] == []


def test_a_conversation_lives_in_its_requests(engine: RunningEngine) -> None:
    first = turn(engine, "look up green").json()

    second = turn(engine, "look it up", slots=slots_set(first), events=first["events"]).json()
    stranger = turn(engine, "look it up").json()

    assert second["replies"][0]["custom"]["text"] == "Something green."
    assert stranger["replies"][0]["custom"]["text"] == "Something None."


@pytest.mark.parametrize("text", ['/look_up{"colour": "red"}', "  /restart", "\u3000/greet"])
def test_typed_words_are_never_a_payload(engine: RunningEngine, text: str) -> None:
    ranking = turn(engine, text).json()["trace"]["intent_ranking"]

    assert len(ranking) > 1
    assert ranking[0]["confidence"] < 1.0


def test_a_payload_is(engine: RunningEngine) -> None:
    answer = turn(engine, payload='/look_up{"colour": "red"}').json()

    assert answer["trace"]["intent_ranking"] == [{"name": "look_up", "confidence": 1.0}]
    assert answer["replies"][0]["custom"]["text"] == "Something red."


def test_a_failed_action_is_named_and_nothing_is_said_after_it(engine: RunningEngine) -> None:
    response = turn(engine, "break something")

    assert response.status_code == 200
    assert response.json()["trace"]["errors"] == [{"action": "action_break", "kind": "refused"}]
    assert response.json()["replies"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"turn_id": "t", "conversation_id": "c", "message": {"id": "m"}}',
        b'{"turn_id": "t", "conversation_id": "c", "message": {"id": "m", "text": "a", "payload": "/b"}}',
        b'{"turn_id": "t", "conversation_id": "c", "message": {"id": "m", "payload": "no slash"}}',
        b'{"turn_id": "t", "conversation_id": "c", "message": {"id": "m", "text": "a"}, "events": [{"event": "x"}]}',
        b'{"turn_id": 5, "conversation_id": "c", "message": {"id": "m", "text": "a"}}',
        b"\xff\xfe",
    ],
)
def test_a_body_of_another_shape_is_a_bad_request_with_a_sentence(engine: RunningEngine, body: bytes) -> None:
    response = httpx.post(f"{engine.url}/", content=body)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "bad_request"
    assert response.json()["error"]["message"]


def test_another_model_is_loaded_when_a_turn_names_it(engine: RunningEngine) -> None:
    loaded = httpx.post(f"{engine.url}/models", json={"model": "second.tar.gz"}, timeout=30)
    answer = turn(engine, "hello", model="second.tar.gz").json()

    assert loaded.status_code == 200
    assert "second.tar.gz" in loaded.json()["models"]
    assert answer["trace"]["model"] == "second.tar.gz"


def test_an_unknown_model_is_404(engine: RunningEngine) -> None:
    for response in (
        turn(engine, "hello", model="nothing.tar.gz"),
        httpx.post(f"{engine.url}/models", json={"model": "../first.tar.gz"}),
        httpx.post(f"{engine.url}/parse", json={"model": "nothing.tar.gz", "text": "hello"}),
    ):
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "model_unknown"


def test_words_are_parsed_without_a_conversation(engine: RunningEngine) -> None:
    answer = httpx.post(f"{engine.url}/parse", json={"text": "look up red"}).json()

    assert answer["intent"]["name"] == "look_up"
    assert answer["intent_ranking"][0] == answer["intent"]
    assert [(entity["entity"], entity["value"]) for entity in answer["entities"]] == [("colour", "red")]
    assert answer["model"] == "first.tar.gz"


async def test_many_conversations_are_answered_at_once(engine: RunningEngine) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        answers = await asyncio.gather(
            *(
                client.post(
                    f"{engine.url}/", json=asked("look it up", slots={"colour": f"c{n}"}, conversation_id=str(n))
                )
                for n in range(20)
            )
        )

    assert [each.json()["replies"][0]["custom"]["text"] for each in answers] == [f"Something c{n}." for n in range(20)]


async def test_turns_of_one_conversation_wait_for_no_lock(engine: RunningEngine) -> None:
    """Rasa's own lock is polled once a second; the worker sees to the order of turns, so none is taken here."""
    async with httpx.AsyncClient(timeout=60) as client:
        answers = await asyncio.gather(*(client.post(f"{engine.url}/", json=asked("hello")) for _ in range(5)))

    assert max(each.elapsed.total_seconds() for each in answers) < 1


def test_the_engine_listens_on_loopback_only(engine: RunningEngine) -> None:
    listening = [
        each.laddr.ip
        for each in psutil.Process(engine.process.pid).net_connections("inet")
        if each.status == psutil.CONN_LISTEN and each.type == socket.SOCK_STREAM
    ]

    assert listening == ["127.0.0.1"]


def test_rasas_own_api_is_not_served(engine: RunningEngine) -> None:
    root = engine.url.removesuffix("/webhooks/turn")

    assert httpx.put(f"{root}/model", json={}).status_code == 404
    assert httpx.get(f"{root}/conversations/7/tracker").status_code == 404


def test_an_engine_without_a_model_says_so_and_finds_one_when_it_is_there(trained: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name in ("endpoints.yml", "credentials.yml"):
        (project / name).write_bytes((trained / name).read_bytes())

    with running_engine(project, tmp_path / "log", "http://127.0.0.1:9/webhook") as engine:
        assert httpx.get(f"{engine.url}/health").json()["status"] == "no_model"
        nothing = turn(engine, "hello")
        assert nothing.status_code == 503
        assert nothing.json()["error"]["code"] == "no_model"

        (project / "models" / "new.tar.gz").write_bytes((trained / "models" / "first.tar.gz").read_bytes())

        assert turn(engine, "hello").json()["trace"]["model"] == "new.tar.gz"
