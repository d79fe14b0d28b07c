"""Meta, as far as stock Rasa's Messenger client looks at it: `python meta.py PORT` takes every send."""

from __future__ import annotations

import sys

from sanic import Request, Sanic
from sanic.response import HTTPResponse, json


def main() -> None:
    app = Sanic("meta", configure_logging=False)

    @app.route("/<path:path>", methods=["GET", "POST"])
    async def take(request: Request, path: str) -> HTTPResponse:
        return json({"recipient_id": "1", "message_id": "m_taken"})

    app.run(host="127.0.0.1", port=int(sys.argv[1]), single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main()
