"""Calls, from the first ring to the link on the caller's phone, by signed webhooks and the TwiML that answers them."""

from __future__ import annotations

import signal
from threading import Timer

from tests.support.stack import Stack, eventually
from tests.support.till import pay
from tests.support.twilio import Caller, TextPhone, link_in, number_of


def test_a_caller_buys_shoes_and_gets_the_link_by_text(stack: Stack) -> None:
    number = "+15550108101"
    caller = Caller(stack, number)
    assert "Welcome" in caller.hears
    shoes = caller.says("running shoes under 80")
    assert "City Run" in caller.call["hints"]
    sizes = caller.presses(number_of(shoes, "City Run"))
    assert "in your cart" in caller.presses(number_of(sizes, "42"))

    said = caller.says("checkout")
    assert "I have sent you the link by text message." in said
    assert "http" not in said
    phone = TextPhone(stack, number)
    pay(stack, link_in(phone.hears_until("http")))
    assert "Paid" in phone.hears_until("Paid")
    contacts = stack.query("SELECT DISTINCT contact_id FROM conversations WHERE customer = :who", who=number)
    assert len(contacts) == 1


def test_a_caller_who_withholds_the_number_is_told_how_else_to_pay(stack: Stack) -> None:
    caller = Caller(stack, None)
    shoes = caller.says("running shoes under 80")
    sizes = caller.says(number_of(shoes, "City Run"))
    caller.presses(number_of(sizes, "42"))
    assert "your number is withheld" in caller.says("checkout")
    customer = stack.query("SELECT customer FROM conversations WHERE customer = :sid", sid=caller.call["sid"])
    assert customer


def test_two_callers_without_numbers_share_nothing(stack: Stack) -> None:
    one, other = Caller(stack, None), Caller(stack, None)
    shoes = one.says("running shoes under 80")
    sizes = one.presses(number_of(shoes, "City Run"))
    one.presses(number_of(sizes, "42"))
    assert "empty" in other.says("show my cart")


def test_who_asks_for_a_person_is_put_into_the_queue(stack: Stack) -> None:
    caller = Caller(stack, "+15550108102")
    said = caller.says("I want to talk to a human")
    assert (caller.state, caller.call["queue"]) == ("connected", "souk")
    assert "put you through" in said
    ticket = stack.query(
        "SELECT t.state FROM tickets t JOIN conversations c ON c.id = t.conversation_id WHERE c.customer = :who",
        who="+15550108102",
    )
    assert [row["state"] for row in ticket] == ["waiting"]
    assert "Nobody of our team is free" in caller.comes_out_of_the_queue("no-answer")
    assert caller.state == "ended"
    eventually(lambda: stack.query("SELECT id FROM messages WHERE turn_id = :mark", mark=f"call:{caller.call['sid']}"))


def test_a_silent_caller_is_asked_once_more_and_then_bidden_goodbye(stack: Stack) -> None:
    caller = Caller(stack, "+15550108103")
    assert "did not hear you" in caller.is_silent()
    assert "Goodbye" in caller.is_silent()
    assert caller.state == "ended"


def test_what_was_said_is_said_again(stack: Stack) -> None:
    caller = Caller(stack, "+15550108104")
    shoes = caller.says("running shoes under 80")
    assert caller.says("Repeat, please.") == shoes
    assert caller.presses("*") == shoes
    assert len(stack.query("SELECT id FROM inbox WHERE event_key LIKE :call", call=f"{caller.call['sid']}:%")) == 1


def test_a_card_number_is_never_kept(stack: Stack) -> None:
    caller = Caller(stack, "+15550108105")
    assert "never say" in caller.says("my card is 4242 4242 4242 4242")
    assert "never say" in caller.presses("4242424242424242")
    for table, column in (("messages", "text"), ("inbox", "body"), ("turns", "text"), ("events", "body")):
        rows = stack.query(f"SELECT CAST({column} AS TEXT) AS kept FROM {table}")
        assert not [row for row in rows if "4242 4242" in row["kept"] or "42424242" in row["kept"]]


def test_a_slow_engine_is_waited_for_in_words(stack: Stack) -> None:
    caller = Caller(stack, "+15550108106")
    engine = stack.processes("engine")

    def signal_engine(number: signal.Signals) -> None:
        for process in engine:
            process.send_signal(number)

    signal_engine(signal.SIGSTOP)
    wakes = Timer(8.0, signal_engine, [signal.SIGCONT])
    wakes.start()
    try:
        said = caller.says("running shoes under 80")
    finally:
        wakes.cancel()
        signal_engine(signal.SIGCONT)
    assert said.startswith("One moment, please.")
    assert "City Run" in said
    assert caller.state == "listening"
