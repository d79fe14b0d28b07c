"""How Stripe says no. Source: docs.stripe.com/api/errors and /error-codes; the shapes are its OpenAPI's `error`.

Refusal                 any answer but 200
└── InvalidParams       400, refused before any work: such answers are not kept for an idempotency key
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """`keeps_work` says that what was written before still counts: a declined card leaves its trace."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps_work: bool = False,
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.keeps_work = keeps_work
        told = {"message": message, "type": kind, "code": code, "param": param, **facts}
        self.error: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
        if code is not None:
            self.error["doc_url"] = "https://stripe.com/docs/error-codes/" + code.replace("_", "-")

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}


class InvalidParams(Refusal):
    pass


def missing_resource(kind: str, id_: str, param: str) -> Refusal:
    return Refusal(f"No such {kind}: '{id_}'", status=404, code="resource_missing", param=param)
