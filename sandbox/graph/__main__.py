"""`python -m sandbox.graph`: start the stand-in for the Graph API on the loopback address."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.graph.accounts import INSTAGRAM, MESSENGER, WHATSAPP, Account, Accounts
from sandbox.graph.app import create_app
from sandbox.graph.catalog import Catalog
from sandbox.graph.deliveries import Deliveries
from sandbox.graph.media import Media
from sandbox.graph.phones import Phones
from sandbox.graph.stand import Stand


def main() -> None:
    options = _options()
    with TemporaryDirectory() as folder:
        stand = Stand(
            accounts=Accounts(_accounts(options)),
            phones=Phones(options.state),
            media=Media(options.state.with_suffix(".media") if options.state else Path(folder)),
            catalog=Catalog(options.catalog_id, options.catalog, options.pictures, options.currency),
            deliveries=Deliveries(options.webhook_base, options.app_secret),
            allow_origin=options.allow_origin,
            waba=options.waba,
        )
        app = create_app(stand)
        app.run(host="127.0.0.1", port=options.port, single_process=True, motd=False, access_log=False)


def _accounts(options: argparse.Namespace) -> list[Account]:
    """WhatsApp always; Messenger and Instagram where they have a token and an id."""
    accounts = [Account(WHATSAPP, options.phone_number_id, options.token)]
    if options.page_token and options.page_id:
        accounts.append(Account(MESSENGER, options.page_id, options.page_token))
    if options.instagram_token and options.instagram_id:
        accounts.append(Account(INSTAGRAM, options.instagram_id, options.instagram_token))
    return accounts


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.graph", description="A Graph API without phones.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook-base", required=True, help="webhooks are posted to <this>/webhooks/<platform>")
    parser.add_argument("--app-secret", required=True, help="signs the webhooks")
    parser.add_argument("--token", required=True, help="WhatsApp's access token")
    parser.add_argument("--phone-number-id", required=True)
    parser.add_argument("--page-token", help="Messenger's access token")
    parser.add_argument("--page-id")
    parser.add_argument("--instagram-token", help="Instagram's access token, which must be another one")
    parser.add_argument("--instagram-id", help="the Instagram account's id")
    parser.add_argument("--waba", default="102290129340398", help="the business account's id in webhooks")
    parser.add_argument("--catalog", type=Path, help="the shop's catalogue folder, from which customers order")
    parser.add_argument("--catalog-id", default="194836987003835", help="the catalogue's id in orders")
    parser.add_argument("--currency", default="USD", help="of the prices that customers see in the catalogue")
    parser.add_argument("--pictures", default="", help="where the catalogue's pictures are as PNG")
    parser.add_argument("--allow-origin", default="null", help="the gateway's origin, whose pages may look in")
    parser.add_argument("--state", type=Path, help="a file that outlives a restart")
    return parser.parse_args()


if __name__ == "__main__":
    main()
