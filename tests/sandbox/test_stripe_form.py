"""The form decoder and the parameter tables, against the encoder of Stripe's own library."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.form import decode
from sandbox.stripe.params import Param, choice, read, rows, table, text, url, whole, words

_NAMES = st.text("abcdefghij_", min_size=1, max_size=8)
_VALUES = st.text(max_size=12)
_TREES = st.recursive(
    _VALUES,
    lambda inner: st.dictionaries(_NAMES, inner, min_size=1, max_size=4) | st.lists(inner, min_size=1, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_NAMES, _TREES, max_size=5))
def test_what_stripes_library_encodes_comes_out_as_it_went_in(tree: dict[str, Any]) -> None:
    assert decode(urlencode(list(_api_encode(tree)))) == _lists_as_tables(tree)


def test_a_list_may_be_sent_without_numbers() -> None:
    assert decode("expand[]=line_items&expand[]=payment_intent") == {
        "expand": {"0": "line_items", "1": "payment_intent"}
    }


@pytest.mark.parametrize(
    "body", ["[a]=1", "a[b=1", "a]b=1", "a[[b]]=1", "=1", "a[b]=1&a=2", "a=1&a[b]=2", "a" + "[b]" * 40 + "=1"]
)
def test_a_key_that_makes_no_tree_is_refused(body: str) -> None:
    with pytest.raises(InvalidParams):
        decode(body)


ACCEPTED = {
    "name": Param(text(10), required=True),
    "count": Param(whole(1, 5)),
    "kind": Param(choice("red", "blue")),
    "link": Param(url),
    "tags": Param(rows(text(), 2)),
    "notes": Param(words),
    "lines": Param(rows(table({"price": Param(whole(), required=True)}), 3)),
}


def test_values_are_read_as_what_they_stand_for() -> None:
    tree = decode("name=a&count=3&kind=red&link=https://x.example&tags[0]=b&notes[7]=c&lines[0][price]=12")

    assert read(tree, ACCEPTED) == {
        "name": "a",
        "count": 3,
        "kind": "red",
        "link": "https://x.example",
        "tags": ["b"],
        "notes": {"7": "c"},
        "lines": [{"price": 12}],
    }


def test_rows_come_in_the_order_of_their_numbers() -> None:
    tree = decode("name=a&lines[10][price]=2&lines[9][price]=1")

    assert read(tree, ACCEPTED)["lines"] == [{"price": 1}, {"price": 2}]


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ("", "parameter_missing", "name"),
        ("name=a&colour=b", "parameter_unknown", "colour"),
        ("name=a&lines[0][colour]=b&lines[0][price]=1", "parameter_unknown", "lines[0][colour]"),
        ("name=a&lines[0][x]=1", "parameter_unknown", "lines[0][x]"),
        ("name=a&lines[1][price]=1&lines[0]=", None, "lines[0]"),
        ("name=", "parameter_invalid_empty", "name"),
        ("name=12345678901", None, "name"),
        ("name[x]=1", None, "name"),
        ("name=a&count=1.5", "parameter_invalid_integer", "count"),
        ("name=a&count=" + "9" * 5000, "parameter_invalid_integer", "count"),
        ("name=a&count=6", None, "count"),
        ("name=a&kind=green", None, "kind"),
        ("name=a&link=javascript://x", "url_invalid", "link"),
        ("name=a&link=x", "url_invalid", "link"),
        ("name=a&tags=b", None, "tags"),
        ("name=a&tags[x]=b", None, "tags"),
        ("name=a&tags[0]=1&tags[1]=2&tags[2]=3", None, "tags"),
        ("name=a&notes[" + "k" * 41 + "]=b", None, "notes[" + "k" * 40 + "]"),
        ("name=a&notes[k]=" + "v" * 501, None, "notes[k]"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(body: str, code: str | None, param: str) -> None:
    with pytest.raises(InvalidParams) as refused:
        read(decode(body), ACCEPTED)

    assert (refused.value.code, refused.value.error["param"]) == (code, param)


def _lists_as_tables(value: Any) -> Any:
    if isinstance(value, list):
        value = {str(place): child for place, child in enumerate(value)}
    return {key: _lists_as_tables(child) for key, child in value.items()} if isinstance(value, dict) else value
