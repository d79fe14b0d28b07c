"""An engine without Rasa: `python -m tests.support.engine_stand_in --port N` answers turns and remembers when.

Every turn takes `THINKING_S` and is answered with the customer's own words. `NEVER` is never answered, `HELD` once
`POST /release` was called. `GET /turns` lists what was asked: `{conversation, text, began, ended}` in Unix seconds,
`ended` null for a turn that is still under way.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse, json

THINKING_S = 0.1
NEVER = "never answer this"
HELD = "answer this when told"


def create_app() -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("engine_stand_in", configure_logging=False)
    app.config.RESPONSE_TIMEOUT = 3600
    turns: list[dict[str, Any]] = []
    released = asyncio.Event()

    @app.get("/webhooks/turn/health")
    async def health(_request: Request) -> HTTPResponse:
        return json({"status": "ok"})

    @app.get("/turns")
    async def asked(_request: Request) -> HTTPResponse:
        return json(turns)

    @app.post("/release")
    async def release(_request: Request) -> HTTPResponse:
        released.set()
        return json({})

    @app.post("/webhooks/turn/")
    async def turn(request: Request) -> HTTPResponse:
        text = request.json["message"]["text"]
        seen = {"conversation": request.json["conversation_id"], "text": text, "began": time.time(), "ended": None}
        turns.append(seen)
        if text == HELD:
            await released.wait()
        await asyncio.sleep(3600 if text == NEVER else THINKING_S)
        seen["ended"] = time.time()
        trace = {"intent_ranking": [{"name": "greet", "confidence": 1.0}]}
        return json({"events": [], "replies": [{"text": f"You said: {text}"}], "trace": trace})

    return app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.engine_stand_in", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    create_app().run(host="127.0.0.1", port=port, single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main()
