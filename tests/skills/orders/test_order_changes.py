"""Orders that are placed: cancel, change, deliver elsewhere; a missing parcel, a receipt, a broken payment."""

from __future__ import annotations

from bot.conversation.replies import File, Handoff, Receipt, plain_text
from bot.handoff.policy import Reason
from bot.payments.base import SessionStatus
from bot.storage.selling_tables import orders
from tests.skills.counter import Counter
from tests.skills.forms import MUGS, SHOES, FormTalk, asks_for_code, buy, carry_out_refunds, handed_over, payloads


async def test_a_paid_order_is_cancelled_and_its_money_goes_back(counter: Counter) -> None:
    number = await buy(counter, SHOES)
    cancel = FormTalk(counter, "cancel_form")

    [sure] = await cancel.opens("cancel my order")
    assert f"Order {number} is paid. Shall I cancel it and pay $75.00 back?" in plain_text(sure)
    [done] = await cancel.says("yes", intent="affirm")
    await carry_out_refunds(counter)

    assert f"Order {number} is cancelled. $75.00 goes back" in plain_text(done)
    [order] = await counter.orders()
    assert (order.state, order.refunded) == ("cancelled", 7500)


async def test_above_the_limit_a_person_approves_what_goes_back(counter: Counter) -> None:
    number = await buy(counter, ("aero-2", {"colour": "blue", "size": "42"}, 2))
    cancel = FormTalk(counter, "cancel_form")
    await cancel.opens("cancel my order")

    said, handoff = await cancel.says("yes", intent="affirm")
    await carry_out_refunds(counter)

    assert "A person has to approve that $138.00 goes back" in plain_text(said)
    assert isinstance(handoff, Handoff)
    assert handoff.reason == Reason.REFUND_APPROVAL
    assert f"Order {number}, cancelled, $138.00." in handoff.summary
    [order] = await counter.orders()
    assert (order.state, order.refunded) == ("cancelled", 0)


async def test_an_unpaid_order_is_cancelled_and_cannot_be_paid_any_more(counter: Counter) -> None:
    number = await buy(counter, SHOES, state="awaiting_payment")
    cancel = FormTalk(counter, "cancel_form")

    assert "is not paid yet" in plain_text((await cancel.opens("cancel my order"))[0])
    [done] = await cancel.says("yes", intent="affirm")

    assert f"Order {number} is cancelled. Nothing was charged" in plain_text(done)
    [order] = await counter.orders()
    assert order.state == "cancelled"
    session = await counter.parts.payments.retrieve_checkout(order.session_id)
    assert session.status is SessionStatus.EXPIRED


async def test_an_order_that_was_sent_between_question_and_yes_is_not_cancelled(counter: Counter) -> None:
    await buy(counter, SHOES)
    cancel = FormTalk(counter, "cancel_form")
    await cancel.opens("cancel my order")
    async with counter.db.write() as tx:
        await tx.execute(orders.update().values(state="shipped"))

    [heard] = await cancel.says("yes", intent="affirm")

    assert "on its way already" in plain_text(heard)
    [order] = await counter.orders()
    assert order.state == "shipped"


async def test_the_button_of_the_question_counts_for_its_order_alone(counter: Counter) -> None:
    number = await buy(counter, SHOES)
    cancel = FormTalk(counter, "cancel_form")
    [sure] = await cancel.opens("cancel my order")
    assert payloads(sure)[0] == f'/cancel_order{{"sure": "yes", "order_number": "{number}"}}'

    [done] = await cancel.says(intent="cancel_order", sure="yes", order_number=str(number))

    assert "is cancelled" in plain_text(done)


async def test_an_old_button_asks_the_question_again_and_cancels_nothing(counter: Counter) -> None:
    number = await buy(counter, SHOES)
    counter.slots["requested_slot"] = "sure"

    [sure] = await FormTalk(counter, "cancel_form").opens(order_number=str(number), sure="yes")

    assert "Shall I cancel it" in plain_text(sure)
    [order] = await counter.orders()
    assert order.state == "paid"


async def test_an_unsure_yes_is_no_yes(counter: Counter) -> None:
    await buy(counter, SHOES)
    cancel = FormTalk(counter, "cancel_form")
    await cancel.opens("cancel my order")

    heard = await cancel.says("hm ok i guess", intent="affirm", confidence=0.4)

    assert handed_over(heard) is None
    assert cancel.open


async def test_an_order_under_way_is_not_cancelled_but_may_come_back(counter: Counter) -> None:
    number = await buy(counter, SHOES, state="shipped")

    [heard] = await FormTalk(counter, "cancel_form").opens("cancel it", order_number=str(number))

    assert "on its way already" in plain_text(heard)
    assert payloads(heard)[0] == f'/return_item{{"order_number": "{number}"}}'


async def test_of_several_orders_the_customer_chooses(counter: Counter) -> None:
    shoes = await buy(counter, SHOES)
    mugs = await buy(counter, MUGS)
    cancel = FormTalk(counter, "cancel_form")

    [which] = await cancel.opens("cancel my order")
    assert payloads(which) == [f'/give_details{{"order_number":"{number}"}}' for number in (mugs, shoes)]
    text = await cancel.hears(str(mugs))

    assert f"Order {mugs} is paid. Shall I cancel it and pay $38.00 back?" in text


async def test_a_number_that_is_not_theirs_needs_its_code_first(counter: Counter) -> None:
    await buy(counter, SHOES)
    await buy(counter, MUGS)
    cancel = FormTalk(counter, "cancel_form")
    await cancel.opens("cancel my order")

    assert await cancel.says("99999", order_number="99999") == []

    assert asks_for_code(counter, 99_999, "cancel_form")


async def test_a_change_is_noted_in_the_customers_words(counter: Counter) -> None:
    number = await buy(counter, SHOES)

    heard = await FormTalk(counter, "change_order_form").opens("make my order a size 43", size="43")

    handoff = handed_over(heard)
    assert handoff is not None
    assert f"Order {number}" in handoff.summary
    assert "Change: make my order a size 43." in handoff.summary


async def test_an_address_is_read_back_before_it_is_noted_and_can_be_corrected(counter: Counter) -> None:
    number = await buy(counter, SHOES)
    address = FormTalk(counter, "address_form")
    await address.opens("i typed the wrong address")

    assert "could not read an address" in await address.hears("paris")
    text = await address.hears("12 rue des Lilas, 75011 Paris", address="12 rue des Lilas, 75011 Paris")
    assert f"order {number} goes to: 12 rue des Lilas, 75011 Paris" in text
    text = await address.hears("no, 14 rue des Lilas", intent="deny", address="14 rue des Lilas, 75011 Paris")
    assert "14 rue des Lilas" in text
    handoff = handed_over(await address.says("yes", intent="affirm"))

    assert handoff is not None
    assert "Address: 14 rue des Lilas, 75011 Paris." in handoff.summary


async def test_without_an_order_there_is_no_address_to_change(counter: Counter) -> None:
    [heard] = await FormTalk(counter, "address_form").opens("change my address")

    assert "no order under way" in plain_text(heard)


async def test_a_missing_parcel_goes_to_a_person_at_once(counter: Counter) -> None:
    number = await buy(counter, SHOES, state="shipped")

    handoff = handed_over(await FormTalk(counter, "parcel_form").opens("it says delivered but nothing came"))

    assert handoff is not None
    assert f"Order {number}, shipped" in handoff.summary


async def test_a_receipt_is_for_what_was_paid(counter: Counter) -> None:
    number = await buy(counter, SHOES)
    await buy(counter, MUGS, state="awaiting_payment")

    _, receipt, *_ = await counter.does("action_tell_invoice", "i need a receipt")

    assert isinstance(receipt, Receipt)
    assert receipt.number == str(number)
    assert receipt.total == "$75.00"


async def test_an_invoice_is_a_file_behind_the_receipt(counter: Counter) -> None:
    number = await buy(counter, SHOES)
    async with counter.db.write() as tx:
        await tx.execute(orders.update().values(paid_at=counter.parts.clock.now()))

    *_, file = await counter.does("action_tell_invoice", "i need an invoice")

    assert isinstance(file, File)
    assert (file.kind, file.filename) == ("document", f"invoice-{number}.pdf")
    assert (await counter.parts.invoices.fetch(file.url.rpartition("/")[2]))[0] == number


async def test_an_invoice_of_somebody_elses_order_needs_its_code(counter: Counter) -> None:
    assert await counter.does("action_tell_invoice", "the invoice of 99999", order_number="99999") == []
    assert asks_for_code(counter, 99_999)


async def test_charged_twice_is_a_persons_at_once(counter: Counter) -> None:
    await buy(counter, SHOES)

    handoff = handed_over(await FormTalk(counter, "payment_form").opens("i was charged twice"))

    assert handoff is not None
    assert handoff.reason == Reason.PAYMENT_PROBLEM


async def test_a_declined_card_may_try_again(counter: Counter) -> None:
    payment = FormTalk(counter, "payment_form")

    await payment.opens("i cannot pay")
    [again] = await payment.says(payment_problem="declined")

    assert "takes no money" in plain_text(again)
    assert payloads(again)[0] == "/checkout"
