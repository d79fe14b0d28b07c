"""The root of every error that Souk raises on purpose.

    SoukError                      code, message; further facts are attributes
    ├── BadInput                   400  what the caller sent cannot be used
    ├── NotAuthenticated           401  nobody is logged in, or a signature is missing or wrong
    ├── NotAllowed                 403  logged in, but not for this
    ├── NotFound                   404
    ├── Conflict                   409  somebody was faster, or the version moved on
    ├── TooMany                    429  retry_after seconds
    └── Unavailable                503  a part we need does not answer; trying later may help

Errors carry facts as attributes, never text to be parsed, and never a customer's words, headers or bodies.
The HTTP edge (`bot.api`) turns them into `{"error": {"code", "message", ...facts}}` with the status above.
"""

from __future__ import annotations

from typing import Any


class SoukError(Exception):
    status = 500

    def __init__(self, code: str, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts = facts


class BadInput(SoukError):
    status = 400


class NotAuthenticated(SoukError):
    status = 401


class NotAllowed(SoukError):
    status = 403


class NotFound(SoukError):
    status = 404


class Conflict(SoukError):
    status = 409


class TooMany(SoukError):
    status = 429

    def __init__(self, code: str, message: str, *, retry_after: float, **facts: Any) -> None:
        super().__init__(code, message, retry_after=retry_after, **facts)
        self.retry_after = retry_after


class Unavailable(SoukError):
    status = 503
