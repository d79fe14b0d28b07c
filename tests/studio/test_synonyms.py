"""Operators write what shoppers also call things; the next search knows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from bot.commerce.catalog import Product, Variant
from bot.commerce.money import Money
from bot.commerce.query import Query
from bot.search.base import Hits
from bot.search.fts5 import Fts5Index
from tests.studio.workshop import AGENT, Workshop


async def shop(workshop: Workshop, folder: Path) -> Fts5Index:
    async def products() -> AsyncIterator[Product]:
        for name in ("hot water bottle", "power bank", "scarf"):
            variant = Variant(name.upper(), {}, {"EUR": Money(900, "EUR")}, 3)
            yield Product(name, name.title(), "", "", "", "things", name, None, (), (), None, (variant,))

    index = Fts5Index(folder / "search.db", workshop.synonyms.current)
    await index.rebuild(products())
    return index


async def find(index: Fts5Index, words: str) -> Hits:
    return await index.search(Query(words), currency="EUR", limit=5)


async def test_a_synonym_is_searched_by_at_once_and_forgotten_again(
    workshop: Workshop, operator: httpx.AsyncClient, tmp_path: Path
) -> None:
    index = await shop(workshop, tmp_path)
    assert not (await find(index, "bouillotte")).exact

    answer = await operator.post("/studio/synonyms", json={"word": "Bouillotte", "means": "hot-water bottle"})
    found = await find(index, "bouillotte")
    assert answer.status_code == 200
    assert answer.json()["word"] == "bouillotte"
    assert found.exact
    assert found.chosen == ("hot water bottle",)

    gone = await operator.post(f"/studio/synonyms/{answer.json()['id']}/remove", json={})
    assert gone.json()["means"] == "hot water bottle"
    assert not (await find(index, "bouillotte")).exact
    assert (await operator.get("/studio/synonyms")).json() == {"synonyms": []}


async def test_two_words_may_be_a_synonym_and_it_may_hold_both_ways(
    workshop: Workshop, operator: httpx.AsyncClient, tmp_path: Path
) -> None:
    index = await shop(workshop, tmp_path)

    await operator.post("/studio/synonyms", json={"word": "juice pack", "means": "power bank"})
    await operator.post("/studio/synonyms", json={"word": "scarf", "means": "muffler", "both_ways": True})

    assert (await find(index, "juice pack")).chosen == ("power bank",)
    assert (await find(index, "muffler")).chosen == ("scarf",)


async def test_the_same_synonym_twice_is_one(operator: httpx.AsyncClient) -> None:
    synonym = {"word": "muffler", "means": "scarf"}
    first = await operator.post("/studio/synonyms", json=synonym)
    again = await operator.post("/studio/synonyms", json=synonym)

    assert first.json() == again.json()
    assert len((await operator.get("/studio/synonyms")).json()["synonyms"]) == 1


async def test_what_can_mean_nothing_is_refused_and_not_kept(operator: httpx.AsyncClient) -> None:
    for refused in (
        {"word": "", "means": "scarf"},
        {"word": "three whole words", "means": "scarf"},
        {"word": "scarf", "means": "Scarf!"},
        {"word": "scarf", "means": "..."},
        {"word": "scarf", "means": "shawl", "language": "xx"},
    ):
        assert (await operator.post("/studio/synonyms", json=refused)).status_code == 400
    assert (await operator.post("/studio/synonyms/77/remove", json={})).status_code == 404
    assert (await operator.get("/studio/synonyms")).json() == {"synonyms": []}


async def test_an_agent_may_not_write_synonyms(workshop: Workshop) -> None:
    async with httpx.AsyncClient(base_url=f"{workshop.url}/api/v1", timeout=10) as agent:
        await agent.post("/session", json={"email": AGENT[0], "password": AGENT[1]})
        assert (await agent.get("/studio/synonyms")).status_code == 403
