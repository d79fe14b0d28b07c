"""`python -m actions --port N`: the action server, rasa-sdk's own, on loopback, with every action of this shop.

One process, one event loop, one open shop. Anybody who reaches the port can act for any customer, so it listens on
127.0.0.1 only. `/health` answers 200 once the shop is open.
"""

from __future__ import annotations

import argparse
import warnings
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.account import DeleteData, KeepConsent, TakeDetail, UpdateContact
from actions.asking import AskExchangeFor, AskItem, AskOrderNumber, AskSure
from actions.browse import ChooseOption, ChooseProduct, SearchProducts, ShowCheaper, ShowMore
from actions.cart import AddAnother, AddToCart, ClearCart, RemoveFromCart, SetQuantity, ShowCart
from actions.checkout import Checkout
from actions.codes import UseCode
from actions.counter import CounterAction
from actions.currency import SwitchCurrency
from actions.delivery import TellShipping
from actions.details import AdviseSize, Compare, TellDetails
from actions.dialogue import DialogueAction
from actions.fallback import AskAgain, Decline
from actions.faq import TellPage
from actions.forms import FORMS, FillForm
from actions.handoff import AskForPerson
from actions.notes import AddNote
from actions.order_changes import CancelOrder, ChangeAddress, ChangeOrder, ParcelMissing, TellInvoice
from actions.order_code import AccountTrouble, AskOrderCode, FillCode, ShowOrder
from actions.orders import OrderAgain, TellOrderStatus
from actions.payment_trouble import PaymentFailed
from actions.returns import ExchangeItem, Refund, ReportProblem, ReturnItem
from actions.smalltalk import LeaveIt, RepeatThat, SwitchLanguage
from actions.trouble import Complain, ReportFraud
from bot.composition import Parts
from bot.settings import Settings, load
from bot.telemetry import set_up_logs


def every_action(parts: Parts) -> list[CounterAction | DialogueAction]:
    """One of each, at one shop."""
    shop, pages = parts.shop, parts.pages
    return [
        *(SearchProducts(shop), ShowCheaper(shop), ShowMore(shop), ChooseProduct(shop), ChooseOption(shop)),
        *(TellDetails(shop), Compare(shop), AdviseSize(shop)),
        *(AddToCart(shop), AddAnother(shop), SetQuantity(shop), RemoveFromCart(shop), ShowCart(shop), ClearCart(shop)),
        *(UseCode(shop), AddNote(shop), SwitchCurrency(shop)),
        *(Checkout(shop, parts.clock), TellShipping(shop)),
        *(TellOrderStatus(shop), OrderAgain(shop)),
        *(
            CancelOrder(shop),
            ChangeOrder(shop),
            ChangeAddress(shop),
            ParcelMissing(shop),
            TellInvoice(shop, parts.invoices),
        ),
        *(ReturnItem(shop), ExchangeItem(shop), ReportProblem(shop), Refund(shop), PaymentFailed(shop)),
        *(UpdateContact(shop), DeleteData(shop), TakeDetail(shop)),
        *(KeepConsent(shop, parts.consent, parts.wishes, news=news) for news in (True, False)),
        *(FillForm(shop, form) for form in FORMS.values()),
        *(FillCode(shop, parts.order_codes), AskOrderCode(shop, parts.order_codes)),
        *(ShowOrder(shop, parts.order_codes), AccountTrouble(shop, parts.order_codes)),
        *(AskOrderNumber(shop), AskItem(shop), AskExchangeFor(shop), AskSure(shop)),
        *(AskForPerson(shop), Complain(shop), ReportFraud(shop)),
        *(LeaveIt(shop), SwitchLanguage(shop), RepeatThat(shop)),
        *(TellPage(shop, pages), AskAgain(shop, pages), Decline(shop, pages)),
    ]


def server(settings: Settings) -> Sanic[Any, Any]:
    """rasa-sdk's application, with this shop's actions."""
    executor = ActionExecutor()
    app = create_app(executor, cors_origins=[])
    parts = Parts(settings)

    @app.before_server_start
    async def open_shop(_: Sanic[Any, Any]) -> None:
        for action in every_action(parts):
            executor.register_action(action)

    @app.after_server_stop
    async def close_shop(_: Sanic[Any, Any]) -> None:
        await parts.close()

    return app


def main() -> None:
    parser = argparse.ArgumentParser(prog="actions", description="serve the shop's actions to Rasa")
    parser.add_argument("--port", type=int, required=True)
    port: int = parser.parse_args().port
    set_up_logs("actions")
    # It speaks of 3.6 and 3.21 not being the same, at every call; that the two work together is tested.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk", category=UserWarning)
    server(load()).run(host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
