"""Random edits of random NLU files: every other line stays as it was, and an edit taken back leaves the same bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.errors import BadInput, Conflict
from bot.studio import nlu_file

WORDS = st.text(alphabet="abc é#:-'\"[]{}()|>&*!%@`,?😀", min_size=1, max_size=20).map(
    lambda s: " ".join(s.split()) or "x"
)


@st.composite
def blocks(draw: st.DrawFn, intent: str, indent: str) -> list[str]:
    inner = indent + "  " + " " * draw(st.integers(1, 4))
    dash = draw(st.sampled_from(["- ", "-  ", "-"]))
    comment = draw(st.sampled_from(["", "   # a comment", " # - not an example"]))
    lines = [f"{indent}- intent: {intent}{comment}", f"{indent}  examples: |{draw(st.sampled_from(['', ' # why']))}"]
    for _ in range(draw(st.integers(1, 5))):
        lines.append(inner + dash + draw(WORDS))
        if draw(st.booleans()):
            lines += [draw(st.sampled_from(["", inner, inner + "# looks like a comment"]))]
    return lines


@st.composite
def files(draw: st.DrawFn) -> str:
    indent = draw(st.sampled_from(["", "  ", "    "]))
    lines = draw(st.sampled_from([["# first", 'version: "3.1"', ""], ["version: '3.1'"], []]))
    lines = [*lines, "nlu:"]
    for number in range(draw(st.integers(1, 4))):
        lines += draw(blocks(f"intent_{number}", indent))
        lines += draw(
            st.sampled_from(
                [
                    [],
                    ["", f"{indent}# a comment between"],
                    [f"{indent}- synonym: 'a b'", f"{indent}  examples: |", f"{indent}    - ab"],
                    [f"{indent}- regex: zip", f'{indent}  examples: "- \\\\d+"'],
                ]
            )
        )
    lines += draw(
        st.sampled_from([[], ["responses:", "  utter_x:", '  - text: "a: b"  # keep'], ["", "", "# the end"]])
    )
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    bom = draw(st.sampled_from(["", "\ufeff"]))
    return bom + newline.join(lines) + draw(st.sampled_from(["", newline]))


def loaded(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


@given(text=files(), data=st.data())
@settings(max_examples=300, deadline=None)
def test_an_edit_changes_its_own_line_and_no_other_byte(text: str, data: st.DataObject) -> None:
    file = nlu_file.read("data/nlu/x.yml", text)
    block = data.draw(st.sampled_from([b for b in file.blocks if not b.why_fixed]))
    what = data.draw(st.sampled_from(["add", "edit", "delete"]))
    at = data.draw(st.integers(0, len(block.lines) - 1))
    new = nlu_file.bullet(block, data.draw(WORDS))
    drop, put = {"add": (0, [new]), "edit": (1, [new]), "delete": (1, [])}[what]
    if not any(line.strip() for line in [*block.contents[:at], *put, *block.contents[at + drop :]]):
        with pytest.raises(Conflict):
            nlu_file.change(file, block, at, drop, put)
        return
    after, splice = nlu_file.change(file, block, at, drop, put)

    before_lines, after_lines = text.splitlines(), after.text.splitlines()
    number = block.lines[at].number - 1
    expected = [*before_lines[:number], *(block.indent + line for line in put), *before_lines[number + drop :]]
    assert after_lines == expected
    assert after.text.endswith("\n") == text.endswith("\n")
    assert ("\r\n" in after.text) == ("\r\n" in text)
    reverted = nlu_file.revert(after, splice)
    assert reverted is not None
    assert reverted.text == text


@given(text=files())
@settings(max_examples=100, deadline=None)
def test_reading_sees_the_examples_that_rasa_sees(text: str) -> None:
    file = nlu_file.read("data/nlu/x.yml", text)
    items = [item for item in loaded(text)["nlu"] if "intent" in item]
    assert [block.intent for block in file.blocks] == [item["intent"] for item in items]
    for block, item in zip(file.blocks, items, strict=True):
        seen = [line[1:].strip(" \r\n") for line in item["examples"].splitlines() if line.startswith("-")]
        assert [line.example for line in block.examples] == seen


def test_a_line_added_at_the_end_of_a_file_without_newline_leaves_it_without() -> None:
    file = nlu_file.read("data/nlu/x.yml", "nlu:\r\n- intent: a\r\n  examples: |\r\n    - one")
    after, splice = nlu_file.change(file, file.blocks[0], 1, 0, ["- two"])
    assert after.text == "nlu:\r\n- intent: a\r\n  examples: |\r\n    - one\r\n    - two"
    reverted = nlu_file.revert(after, splice)
    assert reverted is not None
    assert reverted.text == file.text


@pytest.mark.parametrize(
    "examples",
    ["\n    - text: |\n        hi", " >\n    - hi\n    - hey", ' "- hi"', " |2\n      - hi\n    - hey"],
    ids=["a list", "a folded block", "a quoted string", "an indentation indicator"],
)
def test_examples_in_another_form_are_shown_and_not_touched(examples: str) -> None:
    file = nlu_file.read("data/nlu/x.yml", f"nlu:\n- intent: a\n  examples:{examples}\n")
    assert file.blocks[0].why_fixed
    with pytest.raises(Conflict):
        nlu_file.change(file, file.blocks[0], 0, 0, ["- new"])


def test_an_aliased_block_is_refused_because_another_intent_would_change_too() -> None:
    text = "nlu:\n- intent: a\n  examples: &same |\n    - hi\n- intent: b\n  examples: *same\n"
    file = nlu_file.read("data/nlu/x.yml", text)
    with pytest.raises(Conflict):
        nlu_file.change(file, file.blocks[0], 1, 0, ["- new"])


def test_a_file_that_is_not_yaml_says_where() -> None:
    with pytest.raises(BadInput) as refused:
        nlu_file.read("data/nlu/x.yml", "nlu:\n- intent: [a\n")
    assert refused.value.facts["line"] >= 2


@pytest.mark.parametrize(
    ("path", "metadata", "language"),
    [
        ("data/nlu/browse.yml", "", "en"),
        ("data/nlu/fr/browse.yml", "", "fr"),
        ("data/nlu/pt-BR/browse.yml", "", "pt-BR"),
        ("data/nlu/browse.yml", "  metadata:\n    language: hi\n", "hi"),
    ],
)
def test_the_language_comes_from_the_folder_or_the_intents_metadata(path: str, metadata: str, language: str) -> None:
    file = nlu_file.read(path, f"nlu:\n- intent: a\n{metadata}  examples: |\n    - hi\n")
    assert file.blocks[0].language == language
