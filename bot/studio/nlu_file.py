"""One file of Rasa's NLU training data, edited by text splice: a change touches its own line and no other byte.

An example is a line inside a YAML literal block, so no YAML library can address it or write it back as it was. The
parser only locates: it says where each intent's block begins; the text is cut there, read again, and refused unless
everything else means what it meant before. Knows nothing of folders, of who edits, or of what an example should say.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from bot.errors import BadInput, Conflict, NotFound

DEFAULT_LANGUAGE = "en"
_LANGUAGE_FOLDER = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_BULLET = re.compile(r"- *")
_PHYSICAL_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LIST_FORM = "Its examples are not written as one block of “- ” lines, so they are changed in an editor."


@dataclass(frozen=True)
class Line:
    """One line inside a block, `content` without its indent and line end; `example` is None when it is other text."""

    start: int
    end: int
    number: int
    content: str
    example: str | None


@dataclass(frozen=True)
class Block:
    """The examples of one intent in one place. `why_fixed` says why it cannot be edited, and is empty when it can."""

    intent: str
    language: str
    indent: str
    lines: tuple[Line, ...]
    why_fixed: str = ""

    @property
    def examples(self) -> list[Line]:
        return [line for line in self.lines if line.example is not None]

    @property
    def contents(self) -> list[str]:
        return [line.content for line in self.lines]


@dataclass(frozen=True)
class Splice:
    """`removed` at character `at` of a file became `inserted`; `sha256` before and after it are of the whole file."""

    at: int
    removed: str
    inserted: str
    sha_before: str
    sha_after: str


@dataclass(frozen=True)
class NluFile:
    path: str
    text: str
    blocks: tuple[Block, ...]
    rest: Any

    @property
    def version(self) -> str:
        return version_of(self.text)


def version_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read(path: str, text: str) -> NluFile:
    """Locate every intent's examples. `path` is relative to the project. Raises BadInput when it is not YAML."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise BadInput("unreadable_file", f"{path}, line {line}: {problem}.", path=path, line=line) from error
    items = _value(root, "nlu")
    found = [_Found(item) for item in items.value] if isinstance(items, SequenceNode) else []
    wanted = [each for each in found if each.intent]
    blocks = tuple(each.block(path, text) for each in wanted)
    places = {id(each.examples): place for place, each in enumerate(wanted) if each.examples is not None}
    return NluFile(path, text, blocks, _meaning(root, places))


def change(file: NluFile, block: Block, at: int, drop: int, put: list[str]) -> tuple[NluFile, Splice]:
    """Drop `drop` lines of a block from line `at` on and put the contents `put` there.

    Raises Conflict when the block cannot be edited, or when the result would mean anything else than that."""
    if block.why_fixed:
        raise Conflict("fixed_block", block.why_fixed, path=file.path, intent=block.intent)
    expected = [*block.contents[:at], *put, *block.contents[at + drop :]]
    while expected and not expected[-1]:
        expected.pop()
    start, end, inserted = _cut(file.text, block, at, drop, put)
    changed = file.text[:start] + inserted + file.text[end:]
    try:
        after = read(file.path, changed)
    except BadInput as error:
        raise _refused(file) from error
    place = file.blocks.index(block)
    same_rest = after.rest == file.rest and len(after.blocks) == len(file.blocks)
    if not same_rest or any(
        (now.intent, now.language, now.why_fixed, now.contents)
        != (was.intent, was.language, was.why_fixed, expected if number == place else was.contents)
        for number, (was, now) in enumerate(zip(file.blocks, after.blocks, strict=True))
    ):
        raise _refused(file)
    return after, Splice(start, file.text[start:end], inserted, file.version, after.version)


def revert(file: NluFile, splice: Splice) -> NluFile | None:
    """The file as it was, byte for byte, or None when it has changed since."""
    if file.version != splice.sha_after:
        return None
    end = splice.at + len(splice.inserted)
    return read(file.path, file.text[: splice.at] + splice.removed + file.text[end:])


def bullet(block: Block, example: str) -> str:
    """The content of a new line, with its dash spaced as the block's last example has it."""
    examples = block.examples
    found = _BULLET.match(examples[-1].content) if examples else None
    return (found.group(0) if found else "- ") + example


def line_of(block: Block, content: str, near: int) -> int:
    """Where a line with this content stands, nearest to `near`. Raises NotFound."""
    places = [place for place, line in enumerate(block.lines) if line.content == content]
    if not places:
        raise NotFound("example_gone", "This example is not there any more.", intent=block.intent)
    return min(places, key=lambda place: abs(place - near))


def _refused(file: NluFile) -> Conflict:
    message = f"This change would disturb other parts of {file.path}, so it was not made. Change it in an editor."
    return Conflict("unsafe_change", message, path=file.path)


def _cut(text: str, block: Block, at: int, drop: int, put: list[str]) -> tuple[int, int, str]:
    """Where to cut and what to insert, keeping each neighbour's line end and a missing one at the end of the file."""
    if at < len(block.lines):
        start = block.lines[at].start
        end = block.lines[at + drop - 1].end if drop else start
    else:
        start = end = block.lines[-1].end
    newline = _newline_near(text, block, at)
    at_end_without_newline = end == len(text) and not text.endswith("\n")
    if not at_end_without_newline:
        kept = text[start:end]
        own = newline if not kept else kept[len(kept.rstrip("\r\n")) :]
        return start, end, "".join(f"{block.indent}{content}{own}" for content in put)
    if put and start < end:
        return start, end, newline.join(f"{block.indent}{content}" for content in put)
    if put:
        return start, end, "".join(f"{newline}{block.indent}{content}" for content in put)
    ending = len(text[:start]) - len(text[:start].rstrip("\r\n"))
    return start - min(ending, 2 if text[:start].endswith("\r\n") else 1), end, ""


def _newline_near(text: str, block: Block, at: int) -> str:
    """The line end of the block's neighbouring line, else that of the line that opens the block."""
    for line in (*reversed(block.lines[:at]), *block.lines[at:]):
        raw = text[line.start : line.end]
        if raw.endswith("\n"):
            return "\r\n" if raw.endswith("\r\n") else "\n"
    return "\r\n" if text[: block.lines[0].start].endswith("\r\n") else "\n"


class _Found:
    """An item of `nlu:` as the parser sees it."""

    def __init__(self, item: Any) -> None:
        name = _value(item, "intent")
        self.intent = str(name.value) if isinstance(name, ScalarNode) else ""
        self.examples = _value(item, "examples") if self.intent else None
        language = _value(_value(item, "metadata"), "language")
        self._language = str(language.value) if isinstance(language, ScalarNode) else ""

    def block(self, path: str, text: str) -> Block:
        language = self._language or _language_of(path)
        node = self.examples
        if isinstance(node, ScalarNode) and node.style == "|":
            indent, lines = _lines(text, node.start_mark.index)
            while lines and not lines[-1].content:
                lines.pop()
            value = node.value.rstrip("\n")
            # Rasa cuts the value with splitlines(); where that sees more lines than YAML does, we keep our hands off.
            if lines and [line.content for line in lines] == value.split("\n") == value.splitlines():
                return Block(self.intent, language, indent, tuple(lines))
        return Block(self.intent, language, "", tuple(_fixed_lines(node)), _LIST_FORM)


def _lines(text: str, scalar_start: int) -> tuple[str, list[Line]]:
    """The physical lines of the literal block whose `|` stands at `scalar_start`, and their common indent."""
    start = text.find("\n", scalar_start) + 1
    if not start:
        return "", []
    number = text.count("\n", 0, start) + 1
    indent = ""
    lines: list[Line] = []
    for raw in _PHYSICAL_LINE.findall(text, start):
        bare = raw.removesuffix("\n").removesuffix("\r")
        if bare.strip(" "):
            indent = indent or bare[: len(bare) - len(bare.lstrip(" "))]
            if not indent or not bare.startswith(indent):
                break
        content = bare[len(indent) :] if indent else ""
        example = content[1:].strip(" \r\n") if content.startswith("-") else None
        lines.append(Line(start, start + len(raw), number, content, example))
        start += len(raw)
        number += 1
    return indent, lines


def _fixed_lines(node: Any) -> list[Line]:
    """Examples that can be shown and not edited: a list of `text:` items, or a quoted or folded scalar."""
    if isinstance(node, ScalarNode):
        texts = [(node, line[1:]) for line in node.value.splitlines() if line.startswith("-")]
    elif isinstance(node, SequenceNode):
        texts = [(item, str(text.value)) for item in node.value if (text := _value(item, "text")) is not None]
    else:
        texts = []
    return [Line(0, 0, at.start_mark.line + 1, text.strip(), text.strip(" \r\n")) for at, text in texts]


def _language_of(path: str) -> str:
    """`data/nlu/fr/browse.yml` is French; a file straight in the folder is in the default language."""
    folders = path.split("/")[:-1]
    return folders[-1] if len(folders) > 2 and _LANGUAGE_FOLDER.fullmatch(folders[-1]) else DEFAULT_LANGUAGE


def _value(node: Any, key: str) -> Any:
    if isinstance(node, MappingNode):
        for name, value in node.value:
            if isinstance(name, ScalarNode) and name.value == key:
                return value
    return None


def _meaning(node: Any, places: dict[int, int]) -> Any:
    """The whole file as nested tuples, in order, with every block of examples replaced by its place."""
    if id(node) in places:
        return ("examples", places[id(node)])
    if isinstance(node, MappingNode):
        return (node.tag, tuple((_meaning(key, places), _meaning(value, places)) for key, value in node.value))
    if isinstance(node, SequenceNode):
        return (node.tag, tuple(_meaning(item, places) for item in node.value))
    return (node.tag, node.value) if node is not None else None
