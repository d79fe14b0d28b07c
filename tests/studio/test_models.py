"""Training, trying, publishing and rolling back, over HTTP, with an engine stand-in that speaks the engine's HTTP."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import insert, select

from bot.errors import NotFound
from bot.storage import studio as store
from bot.storage.tables import audit, models, trainings
from bot.studio.registry import sha256_of
from tests.studio.test_teaching import teach
from tests.studio.workshop import Workshop


async def standing(operator: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await operator.get("/studio/standing")).json())


async def until_ended(operator: httpx.AsyncClient) -> dict[str, Any]:
    for _ in range(400):
        training = (await standing(operator))["training"]
        if training["state"] != "running":
            return dict(training)
        await asyncio.sleep(0.05)
    raise AssertionError("the training never ended")


async def train(operator: httpx.AsyncClient) -> dict[str, Any]:
    answer = await operator.post("/studio/trainings")
    assert answer.status_code == 200, answer.text
    training = await until_ended(operator)
    assert training["state"] == "done", training["error"]
    return dict((await standing(operator))["candidate"])


async def publish(operator: httpx.AsyncClient, model: dict[str, Any]) -> httpx.Response:
    return await operator.post(
        f"/studio/models/{model['id']}/publish", headers={"If-Match": f'"{model["version"]}"'}, timeout=10
    )


async def live_file(workshop: Workshop) -> str | None:
    async with workshop.db.read() as tx:
        return await store.live_model(tx)


async def test_the_first_model_is_adopted_once(workshop: Workshop) -> None:
    await workshop.adopt_first_model()
    await workshop.adopt_first_model()
    assert await live_file(workshop) == "first.tar.gz"
    with pytest.raises(NotFound):
        await workshop.open_studio().registry.adopt("no-such.tar.gz")


async def test_a_sentence_is_taught_trained_tried_and_published(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    await workshop.adopt_first_model()
    turn = await workshop.customer_said("do they run small")
    await workshop.customer_said("hi", understood=True)
    await teach(operator, "do they run small", "ask_size", turn_ids=[turn])
    assert (await standing(operator))["untrained"] == 1

    candidate = await train(operator)
    assert (candidate["examples"], candidate["intents"], candidate["who"]) == (7, 3, "Olu")
    assert (await standing(operator))["untrained"] == 0
    assert await live_file(workshop) == "first.tar.gz"

    trial = (await operator.post("/studio/try", json={"text": "do they run small"})).json()
    assert trial["live"]["intent"] == "nlu_fallback"
    assert trial["candidate"]["intent"] == "ask_size"
    effect = (await operator.post(f"/studio/models/{candidate['id']}/effect")).json()
    assert effect["checked"] == 2
    assert [(each["text"], each["before"]["intent"], each["after"]["intent"]) for each in effect["changed"]] == [
        ("do they run small", "nlu_fallback", "ask_size")
    ]

    assert (await publish(operator, candidate)).status_code == 200
    assert await live_file(workshop) == candidate["file"]
    now = await standing(operator)
    assert (now["live"]["file"], now["candidate"], now["previous"]["file"]) == (
        candidate["file"],
        None,
        "first.tar.gz",
    )


async def test_roll_back_returns_to_the_model_before_and_back_again(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    await workshop.adopt_first_model()
    candidate = await train(operator)
    live = (await publish(operator, candidate)).json()
    first = (await operator.post("/studio/models/roll-back", headers={"If-Match": f'"{live["version"]}"'})).json()
    assert first["file"] == await live_file(workshop) == "first.tar.gz"
    stale = await operator.post("/studio/models/roll-back", headers={"If-Match": f'"{live["version"] + 7}"'})
    assert stale.status_code == 409
    await operator.post("/studio/models/roll-back", headers={"If-Match": f'"{first["version"]}"'})
    assert await live_file(workshop) == candidate["file"]
    async with workshop.db.read() as tx:
        what = list((await tx.execute(select(audit.c.what).where(audit.c.what.like("model.%")))).scalars())
    assert what == ["model.adopt", "model.publish", "model.roll_back", "model.roll_back"]


@pytest.mark.parametrize(
    ("damage", "code"),
    [("gone", "model_file_missing"), ("altered", "model_altered"), ("broken", "model_broken"), ("stale", "moved_on")],
)
async def test_a_model_that_cannot_be_used_leaves_the_live_one(
    workshop: Workshop, operator: httpx.AsyncClient, damage: str, code: str
) -> None:
    await workshop.adopt_first_model()
    candidate = await train(operator)
    file = workshop.models / candidate["file"]
    if damage == "gone":
        file.unlink()
    elif damage == "altered":
        file.write_text("{}")
    elif damage == "stale":
        candidate["version"] += 1
    else:
        file.write_text("not a model")
        async with workshop.db.write() as tx:
            await tx.execute(models.update().values(sha256=sha256_of(file)))
    answer = await publish(operator, candidate)
    assert answer.json()["error"]["code"] == code
    assert answer.status_code < 500
    assert await live_file(workshop) == "first.tar.gz"


async def test_two_who_publish_at_once_make_one_model_live(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    await workshop.adopt_first_model()
    candidate = await train(operator)
    answers = await asyncio.gather(*(publish(operator, candidate) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert await live_file(workshop) == candidate["file"]


async def test_a_training_works_on_a_copy_and_shows_its_steps(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    (workshop.project / "config.yml").write_text("seconds: 1.5\n")
    training = (await operator.post("/studio/trainings")).json()
    assert (await operator.post("/studio/trainings")).json()["error"]["code"] == "training_runs"
    steps: list[tuple[str, float]] = []
    taught = False
    while (shown := (await standing(operator))["training"])["state"] == "running":
        steps.append((shown["step"], shown["fraction"]))
        if "Training" in shown["step"] and not taught:
            taught = (await teach(operator, "good morning", "greet")).status_code == 200
        await asyncio.sleep(0.05)
    assert shown["id"] == training["id"]
    assert {"Training RegexFeaturizer", "Training LogisticRegressionClassifier", "Training RulePolicy"} <= {
        step for step, _ in steps
    }
    assert [fraction for _, fraction in steps] == sorted(fraction for _, fraction in steps)
    now = await standing(operator)
    assert "good morning" not in (workshop.models / now["candidate"]["file"]).read_text()
    assert now["untrained"] == 1


async def test_a_failed_training_says_rasas_reason(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    (workshop.project / "config.yml").write_text("fail: Contradicting rules or stories found\n")
    await operator.post("/studio/trainings")
    training = await until_ended(operator)
    assert training["state"] == "failed"
    assert training["error"] == "Contradicting rules or stories found It is in rule 'greet'."
    assert (await operator.get("/studio/models")).json()["models"] == []


async def test_a_fault_in_the_data_is_told_before_training(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    (workshop.project / "domain.yml").write_text("intents: [greet, {goodbye: {use_entities: []}}]\n")
    answer = await operator.post("/studio/trainings")
    assert answer.status_code == 409
    assert (
        answer.json()["error"]["problems"][0]["message"] == "“ask_size” has examples but domain.yml does not list it."
    )
    assert (await standing(operator))["training"] is None


async def test_a_cancelled_training_kills_its_whole_group(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    (workshop.project / "config.yml").write_text("seconds: 60\n")
    training = (await operator.post("/studio/trainings")).json()
    pid = await until_started(workshop, operator)
    assert os.getpriority(os.PRIO_PROCESS, pid) > 0
    answer = await operator.post(f"/studio/trainings/{training['id']}/cancel", timeout=10)
    assert answer.json()["state"] == "cancelled"
    assert not psutil.pid_exists(pid)
    assert (await operator.post(f"/studio/trainings/{training['id']}/cancel")).status_code == 409
    (workshop.project / "config.yml").write_text("seconds: 0\n")
    await train(operator)


async def test_a_training_whose_process_is_gone_is_ended_with_a_sentence(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    # The process id of that row belongs to somebody else by now, and must not be killed: it is this test's.
    row = {"state": "running", "model": "souk-long-gone", "pid": os.getpid(), "started_at": workshop.clock.now()}
    async with workshop.db.write() as tx:
        await tx.execute(insert(trainings).values(row))
    await workshop.open_studio().trainer.recover()
    training = (await standing(operator))["training"]
    assert training["state"] == "failed"
    assert training["error"] == "The gateway was restarted while this model trained. Nothing was lost; train again."


async def test_a_training_left_behind_by_a_dead_gateway_is_killed(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    (workshop.project / "config.yml").write_text("seconds: 60\n")
    await operator.post("/studio/trainings")
    pid = await until_started(workshop, operator)
    await workshop.open_studio().trainer.recover()
    for _ in range(100):
        if not psutil.pid_exists(pid):
            break
        await asyncio.sleep(0.05)
    assert not psutil.pid_exists(pid)
    assert (await standing(operator))["training"]["state"] == "failed"


async def until_started(workshop: Workshop, operator: httpx.AsyncClient) -> int:
    for _ in range(200):
        async with workshop.db.read() as tx:
            row = await store.newest_training(tx)
        if row is not None and row.pid is not None and row.step.startswith("Training"):
            return int(row.pid)
        await asyncio.sleep(0.05)
    raise AssertionError("the training never started")
