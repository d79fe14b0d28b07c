"""The JSON edge: declares `/api/v1` routes with their types, answers errors in one shape, writes the OpenAPI file.

A route says what it takes and gives as msgspec types; the body is decoded and checked before the handler runs. It does
not know any route's meaning. Access is checked here by role (`bot.accounts`), ownership of an object in the handler.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from sanic import Blueprint, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, raw

from bot.accounts import Accounts, Role, User
from bot.errors import BadInput, Conflict, NotAllowed, SoukError

PREFIX = "/api/v1"
COOKIE = "souk_session"

Handler = Callable[..., Awaitable[Any]]

log = structlog.get_logger()


class ErrorBody(msgspec.Struct):
    code: str
    message: str


class ErrorAnswer(msgspec.Struct):
    error: ErrorBody


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    summary: str
    body: Any = None
    answer: Any = None
    roles: frozenset[Role] = frozenset()
    needs_version: bool = False
    streams: bool = False
    file: bool = False
    check: Callable[[Request], None] | None = None


@dataclass
class Api:
    """The routes of one surface. `@api.post("/desk/notes", body=Note, answer=Ticket, roles={Role.AGENT})`.

    The handler is `async def f(request, body?, **path_parameters)`: `body` is passed when the route has one. Inside,
    `user_of(request)` is the person logged in. A route for other programs has a `check` of its own instead, which
    raises. What the handler returns is encoded as `answer`; an `HTTPResponse` passes through.
    """

    name: str
    accounts: Accounts
    routes: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blueprint = Blueprint(self.name, url_prefix=PREFIX)

    def get(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._add("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._add("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._add("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._add("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._add("DELETE", path, **options)

    def _add(self, method: str, path: str, **options: Any) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            route = Route(
                method=method,
                path=path,
                summary=(handler.__doc__ or handler.__name__).strip().splitlines()[0],
                body=options.get("body"),
                answer=options.get("answer"),
                roles=frozenset(options.get("roles", ())),
                needs_version=options.get("needs_version", False),
                streams=options.get("streams", False),
                file=options.get("file", False),
                check=options.get("check"),
            )
            self.routes.append(route)
            self.blueprint.add_route(
                _Guarded(route, handler, self.accounts), path, methods=[method], name=handler.__name__
            )
            return handler

        return register


class _Guarded:
    """A handler with its checks in front: who, from where, what body."""

    def __init__(self, route: Route, handler: Handler, accounts: Accounts) -> None:
        self._route = route
        self._handler = handler
        self._accounts = accounts
        self._decoder = msgspec.json.Decoder(route.body) if route.body is not None else None
        self.__name__ = handler.__name__

    async def __call__(self, request: Request, **parameters: Any) -> HTTPResponse | None:
        if request.method not in ("GET", "HEAD"):
            _same_site(request)
        if self._route.check is not None:
            self._route.check(request)
        if self._route.roles:
            request.ctx.user = await self._accounts.require(request.cookies.get(COOKIE), self._route.roles)
        if self._decoder is not None:
            parameters["body"] = self._decode(request.body)
        answer = await self._handler(request, **parameters)
        if isinstance(answer, HTTPResponse) or self._route.streams:
            return answer  # type: ignore[no-any-return]
        return json_answer(answer)

    def _decode(self, body: bytes) -> Any:
        assert self._decoder is not None
        try:
            return self._decoder.decode(body or b"null")
        except msgspec.ValidationError as error:
            raise BadInput("bad_body", f"That cannot be used: {error}.") from error
        except msgspec.DecodeError as error:
            raise BadInput("bad_json", "The body is not JSON.") from error


def _same_site(request: Request) -> None:
    """Refuse writes that another site's page makes with our cookie (browsers always send Origin on those)."""
    origin = request.headers.get("origin")
    if origin and origin.split("://", 1)[-1] != request.host and origin != request.app.ctx.public_origin:
        raise NotAllowed("other_origin", "This request comes from another site.")


def user_of(request: Request) -> User:
    user: User = request.ctx.user
    return user


def if_match(request: Request) -> int:
    """The version that the writer saw, from `If-Match: "7"`. Raises BadInput when it is missing or not a number."""
    value = (request.headers.get("if-match") or "").strip().strip('"').removeprefix('W/"')
    if not value.isdigit():
        raise BadInput("no_version", "Say which version you saw: send it as If-Match.")
    return int(value)


def moved_on(version: int) -> Conflict:
    return Conflict("moved_on", "Somebody changed this in the meantime; look at it again.", version=version)


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> HTTPResponse:
    body = b"" if value is None else msgspec.json.encode(value)
    return raw(
        body,
        status=204 if value is None else status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def error_answer(error: SoukError) -> HTTPResponse:
    headers = {"Retry-After": str(int(error.facts["retry_after"]) + 1)} if "retry_after" in error.facts else None
    return json_answer({"error": {"code": error.code, "message": error.message, **error.facts}}, error.status, headers)


def install_errors(app: Sanic[Any, Any]) -> None:
    """One shape for every error of the app, ours and Sanic's; what nobody foresaw is logged and says 500."""

    @app.exception(SoukError)
    async def ours(_request: Request, error: SoukError) -> HTTPResponse:
        return error_answer(error)

    @app.exception(SanicException)
    async def sanics(_request: Request, error: SanicException) -> HTTPResponse:
        code = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
        return json_answer({"error": {"code": code, "message": str(error)}}, error.status_code or 500)

    @app.exception(Exception)
    async def unforeseen(request: Request, error: Exception) -> HTTPResponse:
        log.exception("http.unforeseen", path=request.path, request_id=str(request.id))
        message = "Something went wrong on our side; it is written down."
        return json_answer({"error": {"code": "internal", "message": message}}, 500)


# -- OpenAPI -----------------------------------------------------------------------------------------------------------

_PARAMETER = re.compile(r"<(\w+)(?::(\w+))?>")


def openapi(apis: list[Api]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of all surfaces."""
    routes = [route for api in apis for route in api.routes]
    types = [t for route in routes for t in (route.body, route.answer) if t is not None] + [ErrorAnswer]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    by_type = dict(zip((repr(t) for t in types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for route in routes:
        path = PREFIX + _PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, by_type)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Souk", "version": "1"},
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for name, kind in _PARAMETER.findall(route.path)
    ]
    if route.needs_version:
        parameters.append({"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}})
    operation: dict[str, Any] = {"summary": route.summary, "parameters": parameters, "responses": {}}
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[repr(route.body)]}},
        }
    if route.streams:
        operation["responses"]["200"] = {
            "description": "Server-sent events",
            "content": {"text/event-stream": {}},
        }
    elif route.file:
        operation["responses"]["200"] = {"description": "The file", "content": {"*/*": {}}}
    elif route.answer is not None:
        operation["responses"]["200"] = {
            "description": "OK",
            "content": {"application/json": {"schema": schemas[repr(route.answer)]}},
        }
    else:
        operation["responses"]["204"] = {"description": "Done"}
    operation["responses"]["default"] = {
        "description": "An error",
        "content": {"application/json": {"schema": schemas[repr(ErrorAnswer)]}},
    }
    return operation
