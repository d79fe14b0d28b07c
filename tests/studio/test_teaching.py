"""Teaching over HTTP: what changes in the files, what is refused, what can be taken back."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.storage.tables import audit, lessons
from tests.studio.workshop import AGENT, FIT, GREETINGS, Workshop


async def example(operator: httpx.AsyncClient, text: str) -> dict[str, Any]:
    answer = await operator.get("/studio/examples", params={"words": text})
    return next(dict(each) for each in answer.json()["examples"] if each["text"] == text)


async def change(operator: httpx.AsyncClient, what: str, words: str, **more: str) -> httpx.Response:
    """Reword, move or delete the example with these words, as it stands now."""
    at = await example(operator, words)
    body = {"path": at["path"], "line": at["line"], **more}
    return await operator.post(f"/studio/examples/{what}", json=body, headers={"If-Match": f'"{at["version"]}"'})


async def teach(operator: httpx.AsyncClient, text: str, intent: str, **more: Any) -> httpx.Response:
    return await operator.post("/studio/examples", json={"intent": intent, "text": text, **more})


async def rows(workshop: Workshop) -> int:
    async with workshop.db.read() as tx:
        return len((await tx.execute(select(lessons.c.id))).all()) + len((await tx.execute(select(audit.c.id))).all())


async def test_an_added_example_is_one_new_line(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    answer = await teach(operator, "  good \n morning ", "greet")
    assert answer.status_code == 200, answer.text
    assert workshop.nlu("greetings.yml") == GREETINGS.replace(
        "    - hey there\n", "    - hey there\n    - good morning\n"
    )
    assert workshop.nlu("fit.yml") == FIT
    lesson = answer.json()
    assert (lesson["what"], lesson["who"], lesson["before"], lesson["after"]) == ("add", "Olu", "", "good morning")


async def test_reworded_moved_and_deleted_examples_change_only_their_lines(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    assert (await change(operator, "reword", "hey there", text="hey you")).status_code == 200
    assert workshop.nlu("greetings.yml") == GREETINGS.replace("- hey there", "- hey you")
    assert (await change(operator, "move", "is it true to size", intent="goodbye")).status_code == 200
    assert workshop.nlu("fit.yml") == FIT.replace("      - is it true to size\n", "")
    assert (await change(operator, "delete", "hi")).status_code == 200
    expected = GREETINGS.replace("- hey there", "- hey you").replace("    - hi\n", "") + "    - is it true to size\n"
    assert workshop.nlu("greetings.yml") == expected


@pytest.mark.parametrize("what", ["add", "reword", "move", "delete"])
async def test_undo_leaves_the_same_bytes_even_after_a_colleagues_edit(
    workshop: Workshop, operator: httpx.AsyncClient, what: str
) -> None:
    if what == "add":
        lesson = await teach(operator, "good morning", "greet")
    else:
        more = {"reword": {"text": "hey you"}, "move": {"intent": "goodbye"}, "delete": {}}[what]
        lesson = await change(operator, what, "hey there", **more)
    meanwhile = await teach(operator, "so long", "goodbye")
    for each in (lesson, meanwhile):
        undone = await operator.post(f"/studio/lessons/{each.json()['id']}/undo")
        assert undone.status_code == 200, undone.text
    assert workshop.nlu("greetings.yml") == GREETINGS


async def test_a_hundred_random_lessons_taken_back_leave_the_same_bytes(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    chance = random.Random(7)
    intents = ["greet", "goodbye", "ask_size"]
    made: list[int] = []
    for number in range(100):
        shown = (await operator.get("/studio/examples")).json()["examples"]
        at = chance.choice(shown)
        what = chance.choice(["add", "reword", "move", "delete"])
        if what == "add":
            answer = await teach(operator, f"words {number}", chance.choice(intents))
        else:
            more = {"reword": {"text": f"words {number}"}, "move": {"intent": chance.choice(intents)}, "delete": {}}
            answer = await change(operator, what, at["text"], **more[what])
        if answer.status_code == 200:
            made.append(answer.json()["id"])
    assert len(made) > 50
    for lesson in reversed(made):
        undone = await operator.post(f"/studio/lessons/{lesson}/undo")
        assert undone.status_code == 200, undone.text
    assert workshop.nlu("greetings.yml") == GREETINGS
    assert workshop.nlu("fit.yml") == FIT


async def test_an_undo_can_be_undone_but_nothing_is_undone_twice(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    lesson = (await teach(operator, "good morning", "greet")).json()["id"]
    undo = (await operator.post(f"/studio/lessons/{lesson}/undo")).json()
    again = await operator.post(f"/studio/lessons/{lesson}/undo")
    assert (again.status_code, again.json()["error"]["code"]) == (404, "example_gone")
    assert (await operator.post(f"/studio/lessons/{undo['id']}/undo")).status_code == 200
    assert "- good morning\n" in workshop.nlu("greetings.yml")


@pytest.mark.parametrize(
    ("text", "intent", "status", "code"),
    [
        ("Hey  THERE", "greet", 409, "already_there"),
        ("Hey  THERE", "goodbye", 409, "stands_elsewhere"),
        ("which size do you have", "greet", 409, "stands_elsewhere"),
        (" \n ", "greet", 400, "empty_example"),
        ("x" * 600, "greet", 400, "long_example"),
        ("in [blue](colour)", "greet", 400, "unknown_entity"),
        ('in [blue]{"entity" blue}', "greet", 400, "bad_mark"),
        ("hello", "ask_fit", 404, "unknown_intent"),
    ],
)
async def test_what_cannot_be_taught_is_refused_in_words_and_nothing_is_written(
    workshop: Workshop, operator: httpx.AsyncClient, text: str, intent: str, status: int, code: str
) -> None:
    written = await rows(workshop)
    answer = await teach(operator, text, intent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert workshop.nlu("greetings.yml") + workshop.nlu("fit.yml") == GREETINGS + FIT
    assert await rows(workshop) == written


async def test_a_double_says_where_the_other_stands(operator: httpx.AsyncClient) -> None:
    error = (await teach(operator, "see YOU", "greet")).json()["error"]
    assert (error["intent"], error["path"], error["line"]) == ("goodbye", "data/nlu/greetings.yml", 16)


async def test_the_last_example_of_an_intent_stays(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    assert (await change(operator, "delete", "bye")).status_code == 200
    answer = await change(operator, "delete", "see you")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "last_example")
    assert "- see you\n" in workshop.nlu("greetings.yml")


async def test_a_change_of_a_file_that_moved_on_is_refused(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    at = await example(operator, "bye")
    path = workshop.project / at["path"]
    path.write_text(f"# a developer was here\n{GREETINGS}")
    body = {"path": at["path"], "line": at["line"]}
    answer = await operator.post("/studio/examples/delete", json=body, headers={"If-Match": f'"{at["version"]}"'})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "moved_on")
    assert path.read_text() == f"# a developer was here\n{GREETINGS}"


async def test_a_change_without_a_version_is_refused(operator: httpx.AsyncClient) -> None:
    at = await example(operator, "bye")
    answer = await operator.post("/studio/examples/delete", json={"path": at["path"], "line": at["line"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "no_version")


async def test_twenty_operators_at_once_lose_nothing(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(teach(operator, f"hello number {n}", "greet") for n in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert all(f"    - hello number {n}\n" in workshop.nlu("greetings.yml") for n in range(20))


async def test_sentences_not_understood_come_newest_first_with_the_same_words_together(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    ranking = [{"name": "ask_size", "confidence": 0.28}, {"name": "greet", "confidence": 0.2}]
    await workshop.customer_said("do they run small", minutes_ago=30)
    await workshop.customer_said("Do they run SMALL", minutes_ago=1, ranking=ranking)
    await workshop.customer_said("what about [wide](feet)", minutes_ago=10)
    await workshop.customer_said("hi", understood=True)
    shown = (await operator.get("/studio/misunderstood")).json()
    assert [each["text"] for each in shown["sentences"]] == ["Do they run SMALL", "what about [wide](feet)"]
    assert [len(each["sightings"]) for each in shown["sentences"]] == [2, 1]
    assert shown["sentences"][0]["ranking"] == ranking
    assert shown["sentences"][1]["suggestion"] == "what about (wide)(feet)"
    assert shown["waiting"] == 3


async def test_teaching_a_sentence_settles_it_and_undo_opens_it_again(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    turns = [await workshop.customer_said("do they run small") for _ in range(2)]
    lesson = await teach(operator, "do they run small", "ask_size", turn_ids=turns)
    assert lesson.status_code == 200
    assert (await operator.get("/studio/misunderstood")).json() == {"sentences": [], "waiting": 0}
    await operator.post(f"/studio/lessons/{lesson.json()['id']}/undo")
    assert (await operator.get("/studio/misunderstood")).json()["waiting"] == 2
    assert workshop.nlu("fit.yml") == FIT


async def test_a_sentence_that_was_taught_but_not_published_is_settled_without_a_double(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    turn = await workshop.customer_said("is it true to size")
    assert (await teach(operator, "is it true to size", "ask_size", turn_ids=[turn])).status_code == 200
    assert workshop.nlu("fit.yml") == FIT
    assert (await operator.get("/studio/misunderstood")).json()["waiting"] == 0


async def test_a_dismissed_sentence_leaves_the_list_and_can_come_back(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    turn = await workshop.customer_said("asdf")
    lesson = await operator.post("/studio/misunderstood/dismiss", json={"turn_ids": [turn], "text": "asdf"})
    assert lesson.status_code == 200, lesson.text
    assert (await operator.get("/studio/misunderstood")).json()["waiting"] == 0
    again = await operator.post("/studio/misunderstood/dismiss", json={"turn_ids": [turn], "text": "asdf"})
    assert again.status_code == 409
    await operator.post(f"/studio/lessons/{lesson.json()['id']}/undo")
    assert (await operator.get("/studio/misunderstood")).json()["waiting"] == 1


async def test_a_sentence_is_shown_with_what_was_said_around_it(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    turn = await workshop.customer_said("do they run small", before="Aero 2, $69", after="Sorry, say that again?")
    context = (await operator.get(f"/studio/turns/{turn}/context")).json()
    assert [(each["author"], each["text"], each["here"]) for each in context["messages"]] == [
        ("bot", "Aero 2, $69", False),
        ("customer", "do they run small", True),
        ("bot", "Sorry, say that again?", False),
    ]
    assert (await operator.get("/studio/turns/none/context")).status_code == 404


async def test_intents_are_counted_by_language_and_examples_searched(
    workshop: Workshop, operator: httpx.AsyncClient
) -> None:
    french = workshop.project / "data" / "nlu" / "fr"
    french.mkdir()
    (french / "greetings.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - salut\n")
    intents = {each["name"]: each for each in (await operator.get("/studio/intents")).json()["intents"]}
    assert intents["greet"]["languages"] == [{"language": "en", "examples": 2}, {"language": "fr", "examples": 1}]
    found = (await operator.get("/studio/examples", params={"language": "fr"})).json()["examples"]
    assert [each["text"] for each in found] == ["salut"]
    assert (await teach(operator, "bonjour", "greet", language="fr")).status_code == 200
    assert (french / "greetings.yml").read_text().endswith("    - salut\n    - bonjour\n")
    refused = await teach(operator, "au revoir", "goodbye", language="fr")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "no_block_for_language")


async def test_a_broken_file_is_told_and_the_others_still_work(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    (workshop.project / "data" / "nlu" / "broken.yml").write_text("nlu:\n- intent: [\n")
    shown = (await operator.get("/studio/intents")).json()
    assert [sentence.split(",")[0] for sentence in shown["unreadable"]] == ["data/nlu/broken.yml"]
    assert (await teach(operator, "good morning", "greet")).status_code == 200


async def test_every_lesson_is_in_the_history_and_audited(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    await teach(operator, "good morning", "greet")
    await change(operator, "move", "good morning", intent="goodbye")
    history = (await operator.get("/studio/lessons")).json()["lessons"]
    assert [(each["what"], each["intent"], each["to_intent"]) for each in history] == [
        ("move", "greet", "goodbye"),
        ("add", "greet", ""),
    ]
    async with workshop.db.read() as tx:
        audited = (await tx.execute(select(audit.c.what, audit.c.user_id))).all()
    assert [tuple(row) for row in audited] == [("lesson.add", 1), ("lesson.move", 1)]


async def test_only_operators_may_look_or_teach(workshop: Workshop) -> None:
    async with httpx.AsyncClient(base_url=f"{workshop.url}/api/v1") as stranger:
        assert (await stranger.get("/studio/misunderstood")).status_code == 401
        await stranger.post("/session", json={"email": AGENT[0], "password": AGENT[1]})
        assert (await teach(stranger, "good morning", "greet")).status_code == 403
    assert workshop.nlu("greetings.yml") == GREETINGS


async def test_a_lesson_reaches_an_open_page(workshop: Workshop, operator: httpx.AsyncClient) -> None:
    async with operator.stream("GET", "/studio/live") as stream:
        lines = stream.aiter_lines()
        async for line in lines:
            if line == "event: hello":
                break
        await teach(operator, "good morning", "greet")
        async for line in lines:
            if line.startswith("data:") and '"lesson"' in line:
                assert '"what":"add"' in line
                return
