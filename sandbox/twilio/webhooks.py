"""Twilio's side of every webhook: forms signed over the public address, and posted to where the shop really is."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """`X-Twilio-Signature`: HMAC-SHA1, by the auth token, of the address and every name and value, names sorted."""
    signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


class Webhooks:
    def __init__(self, account_sid: str, auth_token: str) -> None:
        self._sid = account_sid
        self._token = auth_token
        self._client = httpx.AsyncClient(timeout=15)

    async def post(self, url: str, form: Mapping[str, str]) -> httpx.Response | None:
        """The shop's answer; None where it did not give one within the 15 seconds that Twilio waits."""
        whole = {"AccountSid": self._sid, "ApiVersion": "2010-04-01", **form}
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "x-twilio-signature": signature(self._token, url, whole),
        }
        try:
            return await self._client.post(url, content=urlencode(whole), headers=headers)
        except httpx.HTTPError:
            return None

    async def close(self) -> None:
        await self._client.aclose()
