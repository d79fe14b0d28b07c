"""A gateway alone, a process of its own with every channel on: webhooks go in, the database shows what they became."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import create_engine, text

from bot.settings import ROOT
from bot.storage.sql import migrate
from tests.support.stack import eventually, free_base_port

SECRET = "the secret of every app"
TOKEN = "the token of Twilio"
MAIL_SECRET = "the secret of the mail webhook"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Gateway:
    def __init__(self, url: str, database_url: str, log: Path) -> None:
        self.url = url
        self._spool = log.parent / "intake.db"
        self.log = log
        self._engine = create_engine(database_url)
        self._client = httpx.Client(base_url=url, timeout=30)

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), values)]

    def turns(self) -> int:
        """How many turns wait or were taken so far, of everything that was answered."""
        eventually(lambda: not self._spooled(), every_s=0.01)
        return int(self.rows("SELECT count(*) FROM inbox")[0][0])

    def _spooled(self) -> int:
        with closing(sqlite3.connect(self._spool)) as spool:
            return int(spool.execute("SELECT count(*) FROM webhooks").fetchone()[0])

    def failures(self) -> list[str]:
        """Lines of the log that tell of an exception."""
        return [line for line in self.log.read_text().splitlines() if "Traceback" in line or '"exception"' in line]

    def post(self, path: str, body: bytes, headers: Mapping[str, str | bytes]) -> httpx.Response:
        encoded = [
            (name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers.items()
        ]
        return self._client.post(path, content=body, headers=encoded)

    # -- signed as each platform does ----------------------------------------------------------------------------------

    def meta(self, channel: str, body: bytes) -> httpx.Response:
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return self.post(f"/webhooks/{channel}", body, {**JSON, "x-hub-signature-256": f"sha256={digest}"})

    def twilio(self, path: str, form: Mapping[str, str]) -> httpx.Response:
        signed = f"{self.url}{path}" + "".join(f"{name}{form[name]}" for name in sorted(form))
        digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
        headers = {**FORM, "x-twilio-signature": base64.b64encode(digest).decode()}
        return self.post(path, urlencode(form).encode(), headers)

    def mail(self, body: bytes, content_type: str = "message/rfc822") -> httpx.Response:
        now = str(int(time.time()))
        digest = hmac.new(MAIL_SECRET.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"content-type": content_type, "x-souk-signature-256": f"t={now},sha256={digest}"}
        return self.post("/webhooks/email", body, headers)

    def wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                if self._client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < until, self.log.read_text()[-3000:]
            time.sleep(0.1)


@contextmanager
def running_gateway(home: Path, queue_url: str, **more: str) -> Iterator[Gateway]:
    """`souk serve` with an account on every channel; what it would send to is not there."""
    home.mkdir(parents=True, exist_ok=True)
    port = free_base_port()
    url = f"http://127.0.0.1:{port}"
    database_url = f"sqlite:///{home / 'souk.db'}"
    nowhere = f"http://127.0.0.1:{port + 1}"
    migrate(database_url)
    environment = {
        "SOUK_HOME": str(home),
        "PORT": str(port),
        "PUBLIC_URL": url,
        "DATABASE_URL": database_url,
        "REDIS_URL": queue_url,
        "META_GRAPH_URL": f"{nowhere}/v25.0",
        "META_APP_SECRET": SECRET,
        "META_VERIFY_TOKEN": "verify",
        "WHATSAPP_TOKEN": "t",
        "WHATSAPP_PHONE_NUMBER_ID": "777",
        "MESSENGER_PAGE_TOKEN": "t",
        "MESSENGER_PAGE_ID": "888",
        "INSTAGRAM_TOKEN": "t",
        "INSTAGRAM_ACCOUNT_ID": "999",
        "TWILIO_API_URL": nowhere,
        "TWILIO_ACCOUNT_SID": f"AC{0:032x}",
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "+15550100001",
        "MAIL_FROM": "hello@shop.example",
        "SMTP_URL": f"smtp://127.0.0.1:{port + 2}",
        "MAIL_WEBHOOK_SECRET": MAIL_SECRET,
        **more,
    }
    log = home / "gateway.log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=words,
            stderr=words,
        )
    gateway = Gateway(url, database_url, log)
    try:
        gateway.wait()
        yield gateway
    finally:
        process.terminate()
        process.wait(20)


def as_json(value: Any) -> bytes:
    """JSON as Meta writes it: everything beyond ASCII escaped."""
    return json.dumps(value).encode()
