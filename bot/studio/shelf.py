"""The NLU files of a project as they stood at one moment, and a draft of changes to them.

A shelf answers where an example stands; a draft is a shelf with changes applied one after the other, each remembered as
a step that can be taken back. Nothing here reads or writes a disk (`bot.studio.training_data`) or knows who asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from bot.errors import BadInput, Conflict, NotFound
from bot.studio import annotation, nlu_file
from bot.studio.nlu_file import Block, Line, NluFile, Splice


class Step(msgspec.Struct, frozen=True):
    """One line changed in one block: `dropped` went, `put` came, below the line `after` (null: at the block's top)."""

    path: str
    intent: str
    language: str
    at: int
    dropped: str | None
    put: str | None
    after: str | None
    splice: Splice


@dataclass(frozen=True)
class Place:
    file: NluFile
    block: Block
    line: Line

    @property
    def words(self) -> str:
        return f"{self.file.path}, line {self.line.number}"


@dataclass(frozen=True)
class Shelf:
    files: Mapping[str, NluFile]
    unreadable: tuple[str, ...] = ()

    def places(self) -> Iterator[Place]:
        for file in self.files.values():
            for block in file.blocks:
                for line in block.examples:
                    yield Place(file, block, line)

    def like(self, text: str) -> Iterator[Place]:
        """Where examples stand that a model could not tell from this one."""
        wanted = annotation.same(text)
        return (place for place in self.places() if annotation.same(place.line.example or "") == wanted)

    def intents(self) -> list[str]:
        return sorted({block.intent for file in self.files.values() for block in file.blocks})

    def entities(self) -> set[str]:
        return {name for place in self.places() for name in _readable_entities(place.line.example or "")}

    def block(self, intent: str, language: str) -> tuple[NluFile, Block]:
        """The block that a new example of this intent goes to. Raises NotFound, or Conflict when none can be edited."""
        found = [
            (file, block)
            for file in self.files.values()
            for block in file.blocks
            if block.intent == intent and block.language == language
        ]
        for file, block in found:
            if not block.why_fixed:
                return file, block
        if found:
            raise Conflict("fixed_block", found[0][1].why_fixed, path=found[0][0].path, intent=intent)
        if intent not in self.intents():
            message = (
                f"There is no intent “{intent}” yet. A new intent also needs an answer, so a developer adds it to "
                "domain.yml with its rule; after that its examples are taught here."
            )
            raise NotFound("unknown_intent", message, intent=intent)
        message = f"“{intent}” has no examples in the language “{language}” yet; a developer adds that block first."
        raise NotFound("no_block_for_language", message, intent=intent, language=language)


class Draft:
    """Changes to a shelf, made one by one. `files` are as they shall be, `steps` say how they came about."""

    def __init__(self, shelf: Shelf) -> None:
        self._before = shelf
        self.files: dict[str, NluFile] = dict(shelf.files)
        self.steps: list[Step] = []

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.files, self._before.unreadable)

    def changed(self) -> list[tuple[NluFile, NluFile]]:
        """Each file that changed, before and after."""
        pairs = ((self._before.files[path], file) for path, file in self.files.items())
        return [(before, after) for before, after in pairs if before.text != after.text]

    def add(self, intent: str, language: str, example: str) -> None:
        self.refuse_double(example, intent)
        file, block = self.shelf.block(intent, language)
        last = block.lines.index(block.examples[-1]) + 1 if block.examples else len(block.lines)
        self._change(file, block, last, None, nlu_file.bullet(block, example))

    def edit(self, place: Place, example: str) -> None:
        """Raises Conflict when the new words already stand elsewhere."""
        self.refuse_double(example, place.block.intent, except_for=place)
        head = place.line.content[: len(place.line.content) - len(place.line.content[1:].lstrip(" "))]
        at = place.block.lines.index(place.line)
        self._change(place.file, place.block, at, place.line.content, head + example)

    def remove(self, place: Place) -> None:
        _keep_one(place.block)
        self._change(place.file, place.block, place.block.lines.index(place.line), place.line.content, None)

    def move(self, place: Place, intent: str) -> None:
        if intent == place.block.intent:
            raise BadInput("same_intent", f"It already is an example of “{intent}”.")
        self.remove(place)
        self.add(intent, place.block.language, place.line.example or "")

    def take_back(self, steps: Iterable[Step]) -> None:
        """Undo these steps, the last one first. Raises NotFound or Conflict when what they made was changed since."""
        for step in reversed(list(steps)):
            file = self.files.get(step.path)
            if file is None:
                raise NotFound("file_gone", f"The file {step.path} is not there any more.", path=step.path)
            exact = nlu_file.revert(file, step.splice)
            if exact is not None:
                self.files[step.path] = exact
                self.steps.append(_reversed(step, exact.version))
            else:
                self._take_back_by_words(file, step)

    def refuse_double(self, example: str, intent: str, except_for: Place | None = None) -> None:
        for place in self.shelf.like(example):
            if except_for is not None and place == except_for:
                continue
            code = "already_there" if place.block.intent == intent else "stands_elsewhere"
            raise Conflict(
                code,
                f"“{place.line.example}” already is an example of “{place.block.intent}” ({place.words}).",
                intent=place.block.intent,
                path=place.file.path,
                line=place.line.number,
                example=place.line.example,
                version=place.file.version,
            )

    def _take_back_by_words(self, file: NluFile, step: Step) -> None:
        blocks = [b for b in file.blocks if b.intent == step.intent and b.language == step.language and not b.why_fixed]
        if step.put is not None:
            block = next((b for b in blocks if step.put in b.contents), None)
            if block is None:
                raise NotFound("example_gone", "It was changed since, so there is nothing to undo.", path=step.path)
            at = nlu_file.line_of(block, step.put, step.at)
            if step.dropped is not None:
                self.refuse_double(_example(step.dropped), step.intent, Place(file, block, block.lines[at]))
            else:
                _keep_one(block)
            self._change(file, block, at, step.put, step.dropped)
            return
        if not blocks:
            raise NotFound("block_gone", f"“{step.intent}” has no examples in {step.path} any more.", path=step.path)
        self.refuse_double(_example(step.dropped or ""), step.intent)
        block = next((b for b in blocks if step.after in b.contents), blocks[0])
        known = step.after is not None and step.after in block.contents
        at = nlu_file.line_of(block, step.after or "", step.at - 1) + 1 if known else min(step.at, len(block.lines))
        self._change(file, block, at, None, step.dropped)

    def _change(self, file: NluFile, block: Block, at: int, dropped: str | None, put: str | None) -> None:
        drop = 0 if dropped is None else 1
        after, splice = nlu_file.change(file, block, at, drop, [] if put is None else [put])
        above = block.lines[at - 1].content if at else None
        self.files[file.path] = after
        self.steps.append(Step(file.path, block.intent, block.language, at, dropped, put, above, splice))


def _keep_one(block: Block) -> None:
    if len(block.examples) < 2:
        message = f"It is the only example of “{block.intent}” here; an intent needs one. Add another first."
        raise Conflict("last_example", message, intent=block.intent)


def _example(content: str) -> str:
    return content[1:].strip()


def _reversed(step: Step, version: str) -> Step:
    was = step.splice
    splice = Splice(was.at, was.inserted, was.removed, was.sha_after, version)
    return Step(step.path, step.intent, step.language, step.at, step.put, step.dropped, step.after, splice)


def _readable_entities(example: str) -> list[str]:
    try:
        return annotation.entities(example)
    except BadInput:
        return []
