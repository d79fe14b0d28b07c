"""`python -m sandbox.graph`: start the stand-in for the Graph API on the loopback address."""

from __future__ import annotations

import argparse
from pathlib import Path

from sandbox.graph.app import Stand, create_app
from sandbox.graph.phones import Phones
from sandbox.graph.webhooks import Account, Webhooks


def main() -> None:
    options = _options()
    account = Account(options.phone_number_id, options.waba, options.app_secret, options.webhook_url)
    stand = Stand(
        phones=Phones(options.state),
        webhooks=Webhooks(account),
        token=options.token,
        phone_number_id=options.phone_number_id,
        allow_origin=options.allow_origin,
    )
    app = create_app(stand)
    app.run(host="127.0.0.1", port=options.port, single_process=True, motd=False, access_log=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.graph", description="A Graph API without phones.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook-url", required=True, help="where webhooks are posted to")
    parser.add_argument("--app-secret", required=True, help="signs the webhooks")
    parser.add_argument("--token", required=True, help="the one access token that is accepted")
    parser.add_argument("--phone-number-id", required=True)
    parser.add_argument("--waba", default="102290129340398", help="the business account's id in webhooks")
    parser.add_argument("--allow-origin", default="null", help="the gateway's origin, whose pages may look in")
    parser.add_argument("--state", type=Path, help="a file that outlives a restart")
    return parser.parse_args()


if __name__ == "__main__":
    main()
