"""`python -m sandbox.twilio`: start the stand-in for Twilio on the loopback address."""

from __future__ import annotations

import argparse
from pathlib import Path

from sandbox.twilio.app import create_app
from sandbox.twilio.phones import Phones
from sandbox.twilio.stand import Stand
from sandbox.twilio.webhooks import Webhooks


def main() -> None:
    options = _options()
    stand = Stand(
        account_sid=options.account_sid,
        auth_token=options.auth_token,
        number=options.number,
        webhook_base=options.webhook_base,
        phones=Phones(options.state),
        webhooks=Webhooks(options.account_sid, options.auth_token),
    )
    app = create_app(stand)
    app.run(host="127.0.0.1", port=options.port, single_process=True, motd=False, access_log=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.twilio", description="Twilio without telephones.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook-base", required=True, help="webhooks are posted to <this>/webhooks/twilio/…")
    parser.add_argument("--account-sid", required=True)
    parser.add_argument("--auth-token", required=True, help="signs the webhooks, and is our password")
    parser.add_argument("--number", required=True, help="the shop's number, for texts and calls")
    parser.add_argument("--state", type=Path, help="a file that outlives a restart")
    return parser.parse_args()


if __name__ == "__main__":
    main()
