"""Our replies as WhatsApp's requests: whatever is said fits Meta's limits and Meta's own specification."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel_accounts import Account
from bot.channels.base import MessageRefused
from bot.conversation.replies import (
    Card,
    Cards,
    Choices,
    File,
    Link,
    Listing,
    Option,
    Order,
    Picture,
    React,
    Row,
    Shown,
    Template,
    Text,
)
from tests.channels.spec import Judge
from tests.channels.whatsapp_number import Graph, number, refuses, shown, takes_everything
from tests.conversation.shown import replies

JUDGE = Judge()
skus = st.integers(0, 80).map(lambda n: f"SKU-{n}")


def sent(reply: Shown, *, catalogue: str = "", customer: str = "15551230000") -> list[dict[str, Any]]:
    graph = Graph()
    asyncio.run(shown(number(graph, catalogue=catalogue), reply, customer=customer))
    return graph.bodies


@st.composite
def products(draw: Callable[..., Any]) -> Shown:
    """Any reply; the cards of a row have SKUs of their own."""
    reply = draw(replies)
    if not isinstance(reply, Cards):
        return reply  # type: ignore[no-any-return]
    found = draw(st.lists(skus, min_size=len(reply.cards), max_size=len(reply.cards)))
    cards = [msgspec.structs.replace(card, sku=sku) for card, sku in zip(reply.cards, found, strict=True)]
    return msgspec.structs.replace(reply, cards=cards)


@settings(max_examples=150, deadline=None)
@given(replies)
def test_every_reply_is_a_message_that_meta_takes(reply: Shown) -> None:
    judge(sent(reply))


@settings(max_examples=150, deadline=None)
@given(products())
def test_every_reply_of_a_shop_with_a_catalogue_is_a_message_that_meta_takes(reply: Shown) -> None:
    judge(sent(reply, catalogue="367025965434465"))


@settings(max_examples=100, deadline=None)
@given(products())
def test_a_reply_has_always_the_same_pieces(reply: Shown) -> None:
    channel = number(Graph(), catalogue="1")
    assert channel.pieces(reply) == channel.pieces(reply)
    assert channel.pieces(reply)


# -- the limits, as Meta's message reference has them ------------------------------------------------------------------


def judge(bodies: list[dict[str, Any]]) -> None:
    assert bodies
    for body in bodies:
        assert body["messaging_product"] == "whatsapp"
        assert body["recipient_type"] == "individual"
        assert 0 < len(body["biz_opaque_callback_data"]) <= 512
        assert set(body) - {"type", "messaging_product", "recipient_type", "to", "biz_opaque_callback_data"} == {
            body["type"]
        }
        LIMITS[body["type"]](body[body["type"]])
        assert JUDGE.message(body) == []


def words(text: str, most: int) -> None:
    assert 0 < len(text.strip()) <= len(text) <= most


def text(content: dict[str, Any]) -> None:
    words(content["body"], 4096)


def media(content: dict[str, Any]) -> None:
    assert content["link"].startswith("https://")
    assert set(content) <= {"link", "caption", "filename"}
    if "caption" in content:
        words(content["caption"], 1024)


def sound(content: dict[str, Any]) -> None:
    assert set(content) == {"link"}


def template(content: dict[str, Any]) -> None:
    assert content["language"]["code"].replace("_", "").isalpha()
    for component in content["components"]:
        for parameter in component["parameters"]:
            words(parameter["text"], 1024)
            assert not {"\n", "\t"} & set(parameter["text"])
            assert "    " not in parameter["text"]


def reaction(content: dict[str, Any]) -> None:
    assert content["message_id"]
    assert set(content) == {"message_id", "emoji"}


def interactive(content: dict[str, Any]) -> None:
    kind, action = content["type"], content["action"]
    assert "header" not in content or kind in ("button", "product_list")
    if kind != "product" or "body" in content:
        words(content["body"]["text"], 1024)
    ACTIONS[kind](action)
    if kind == "product_list":
        words(content["header"]["text"], 60)


def buttons(action: dict[str, Any]) -> None:
    replies = [button["reply"] for button in action["buttons"]]
    assert 1 <= len(replies) <= 3
    for reply in replies:
        words(reply["title"], 20)
        words(reply["id"], 256)
    assert len({reply["title"] for reply in replies}) == len({reply["id"] for reply in replies}) == len(replies)


def listing(action: dict[str, Any]) -> None:
    rows = [row for section in action["sections"] for row in section["rows"]]
    words(action["button"], 20)
    assert 1 <= len(rows) <= 10
    for row in rows:
        words(row["title"], 24)
        words(row["id"], 200)
        if "description" in row:
            words(row["description"], 72)
    assert len({row["id"] for row in rows}) == len(rows)


def link(action: dict[str, Any]) -> None:
    assert action["name"] == "cta_url"
    words(action["parameters"]["display_text"], 20)
    assert action["parameters"]["url"].startswith("https://")


def product(action: dict[str, Any]) -> None:
    words(action["catalog_id"], 64)
    words(action["product_retailer_id"], 100)


def product_list(action: dict[str, Any]) -> None:
    words(action["catalog_id"], 64)
    assert 1 <= len(action["sections"]) <= 10
    items = [item["product_retailer_id"] for section in action["sections"] for item in section["product_items"]]
    assert 1 <= len(items) <= 30
    assert len(set(items)) == len(items)
    for section in action["sections"]:
        words(section["title"], 24)


LIMITS: dict[str, Callable[[dict[str, Any]], None]] = {
    "text": text,
    "image": media,
    "video": media,
    "document": media,
    "audio": sound,
    "template": template,
    "reaction": reaction,
    "interactive": interactive,
}
ACTIONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "button": buttons,
    "list": listing,
    "cta_url": link,
    "product": product,
    "product_list": product_list,
}


# -- the judge itself --------------------------------------------------------------------------------------------------


def test_metas_specification_knows_a_bad_message() -> None:
    if not JUDGE.present:
        pytest.skip("Meta's specification is not beside the repository")
    good = sent(Choices("Size?", [Option("41", "/41")]))[0]
    assert JUDGE.message(good) == []
    long = sent(Choices("Size?", [Option("41", "/41")]))[0]
    long["interactive"]["action"]["buttons"][0]["reply"]["title"] = "x" * 21
    unknown = {**good, "type": "telepathy"}
    to_nobody = {name: value for name, value in good.items() if name != "to"}
    assert all(JUDGE.message(bad) for bad in (long, unknown, to_nobody, {}))


# -- shapes ------------------------------------------------------------------------------------------------------------


def kinds(bodies: list[dict[str, Any]]) -> list[str]:
    return [body["interactive"]["type"] if body["type"] == "interactive" else body["type"] for body in bodies]


def choices(count: int) -> Choices:
    return Choices("Size?", [Option(str(size), f"/size{size}") for size in range(30, 30 + count)])


@pytest.mark.parametrize(("count", "kind"), [(3, "button"), (4, "list"), (10, "list"), (11, "text")])
def test_choices_are_buttons_then_a_list_then_numbered_lines(count: int, kind: str) -> None:
    assert kinds(sent(choices(count))) == [kind]


CHOOSE = Option("Choose", '/choose_product{"product_id":"aero-2"}')
AERO = Card("Aero 2", [CHOOSE], "€69.00", "Light", "https://shop.example/aero-2.svg", "AERO-2-42")
PEAK = Card("Peak", [Option("Choose", "/peak")], "€89.00", "High", "https://shop.example/peak.svg", "PEAK-40")
MORE = [Option("Show more", "/show_more")]


def test_one_card_is_its_picture_as_png_over_its_buttons() -> None:
    [message] = sent(Cards("Here it is.", "See it", [AERO], MORE))
    shown = message["interactive"]
    assert shown["header"] == {"type": "image", "image": {"link": "https://shop.example/aero-2.png"}}
    assert "*Aero 2*" in shown["body"]["text"]
    assert [button["reply"]["title"] for button in shown["action"]["buttons"]] == ["Choose", "Show more"]


def test_several_cards_are_a_list() -> None:
    [message] = sent(Cards("Two shoes.", "See them", [AERO, PEAK], MORE))
    rows = message["interactive"]["action"]["sections"][0]["rows"]
    assert [row["title"] for row in rows] == ["Aero 2", "Peak", "Show more"]


def test_a_link_is_a_button() -> None:
    [message] = sent(Link("Pay here.", "Pay €69.00", "https://pay.example/x"))
    parameters = message["interactive"]["action"]["parameters"]
    assert parameters == {"display_text": "Pay €69.00", "url": "https://pay.example/x"}


def test_files_go_by_their_address() -> None:
    [document] = sent(File("document", "https://shop.example/i.pdf", "Your invoice", "invoice.pdf"))
    told = {"link": "https://shop.example/i.pdf", "caption": "Your invoice", "filename": "invoice.pdf"}
    assert document["document"] == told
    assert kinds(sent(File("audio", "https://shop.example/a.mp3", "Listen"))) == ["text", "audio"]
    assert sent(Picture("https://shop.example/a.svg", "A shoe"))[0]["image"] == {
        "link": "https://shop.example/a.png",
        "caption": "A shoe",
    }


def test_an_order_is_told_and_its_page_is_a_button() -> None:
    [message] = sent(Order("S-1", "On its way", [], "€69.00", "Your order", "https://shop.example/o"))
    assert message["interactive"]["action"]["parameters"]["url"] == "https://shop.example/o"
    assert "On its way" in message["interactive"]["body"]["text"]


def test_an_emoji_is_put_on_the_customers_message() -> None:
    [message] = sent(React("👍", "wamid.theirs"))
    assert message["reaction"] == {"message_id": "wamid.theirs", "emoji": "👍"}


def test_a_customer_without_a_number_is_sent_to_by_the_user_id() -> None:
    assert sent(Text("hi"))[0]["to"] == "15551230000"
    by_id = sent(Text("hi"), customer="US.13491208655302741918")[0]
    assert by_id["recipient"] == "US.13491208655302741918"
    assert "to" not in by_id
    assert JUDGE.message(by_id) == []


# -- the catalogue -----------------------------------------------------------------------------------------------------


def test_products_of_the_catalogue_are_shown_from_it_with_the_rest_to_tap() -> None:
    taps, products = sent(Cards("Two shoes.", "See them", [AERO, PEAK], MORE), catalogue="99")
    assert kinds([taps, products]) == ["button", "product_list"]
    assert products["interactive"]["action"] == {
        "catalog_id": "99",
        "sections": [
            {
                "title": "See them",
                "product_items": [{"product_retailer_id": "AERO-2-42"}, {"product_retailer_id": "PEAK-40"}],
            }
        ],
    }


def test_one_product_is_shown_with_its_buttons_below() -> None:
    product, taps = sent(Cards("Here it is.", "See it", [AERO], MORE), catalogue="99")
    assert product["interactive"] == {
        "type": "product",
        "body": {"text": "Here it is."},
        "action": {"catalog_id": "99", "product_retailer_id": "AERO-2-42"},
    }
    assert [button["reply"]["title"] for button in taps["interactive"]["action"]["buttons"]] == ["Choose", "Show more"]


def test_products_without_a_sku_or_twice_the_same_are_a_list() -> None:
    nameless = msgspec.structs.replace(PEAK, sku="")
    assert kinds(sent(Cards("Two.", "See them", [AERO, nameless]), catalogue="99")) == ["list"]
    twin = msgspec.structs.replace(PEAK, sku=AERO.sku)
    assert kinds(sent(Cards("Two.", "See them", [AERO, twin]), catalogue="99")) == ["list"]


def test_a_number_without_a_catalogue_beside_one_with_it_shows_a_list() -> None:
    graph = Graph()
    other = Account(channel="whatsapp", id="888", token="t")
    channel = number(graph, catalogue="99", others=(other,))
    asyncio.run(shown(channel, Cards("Two shoes.", "See them", [AERO, PEAK]), account="888"))
    assert kinds(graph.bodies) == ["list"]


def by_kind(refused: str, code: int) -> Callable[[httpx.Request], httpx.Response]:
    def answers(request: httpx.Request) -> httpx.Response:
        return refuses(code) if refused.encode() in request.content else takes_everything(request)

    return answers


def test_products_that_meta_does_not_have_are_shown_as_a_list() -> None:
    graph = Graph(by_kind("product_list", 131009))
    asyncio.run(shown(number(graph, catalogue="99"), Cards("Two shoes.", "See them", [AERO, PEAK])))
    assert kinds(graph.bodies) == ["product_list", "list"]


def test_who_cannot_be_reached_is_not_written_to_in_another_form() -> None:
    graph = Graph(by_kind("product_list", 131026))
    with pytest.raises(MessageRefused):
        asyncio.run(shown(number(graph, catalogue="99"), Cards("Two shoes.", "See them", [AERO, PEAK])))
    assert kinds(graph.bodies) == ["product_list"]


# -- templates ---------------------------------------------------------------------------------------------------------


def languages(graph: Graph) -> list[str]:
    return [body["template"]["language"]["code"] for body in graph.bodies]


def test_a_template_has_a_parameter_for_each_value() -> None:
    [message] = sent(Template("order_sent", "fr", ["S-1", "demain"], "Envoyé"))
    assert message["template"] == {
        "name": "order_sent",
        "language": {"code": "fr"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "S-1"}, {"type": "text", "text": "demain"}]}
        ],
    }
    assert sent(Template("hello", "en", [], "Hello"))[0]["template"]["components"] == []


def test_a_template_that_is_not_there_in_a_language_goes_in_a_wider_one() -> None:
    graph = Graph(lambda request: takes_everything(request) if b'"en"' in request.content else refuses(132001))
    asyncio.run(shown(number(graph), Template("notice", "fr_CA", ["Bonjour"], "Bonjour")))
    assert languages(graph) == ["fr_CA", "fr", "en"]


def test_a_template_that_is_nowhere_is_refused() -> None:
    graph = Graph(lambda _: refuses(132001))
    with pytest.raises(MessageRefused):
        asyncio.run(shown(number(graph), Template("notice", "en", ["Hello"], "Hello")))
    assert languages(graph) == ["en"]


def test_a_list_of_rows_keeps_their_descriptions() -> None:
    others = [Row(str(n), f"/{n}") for n in (1, 2, 3)]
    [message] = sent(Listing("Which?", "Sizes", [Row("41", "/41", "Last pair"), *others]))
    rows = message["interactive"]["action"]["sections"][0]["rows"]
    assert rows[0] == {"id": "/41", "title": "41", "description": "Last pair"}
    assert rows[1] == {"id": "/1", "title": "1"}
