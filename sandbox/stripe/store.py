"""What the sandbox remembers, in one SQLite file (or in memory): a restart loses nothing that was answered.

Knows rows and documents, nothing of what is in them. All calls of one transaction run without a pause in between,
so one connection is enough.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]

_TABLES = """
create table if not exists documents (
    place integer primary key autoincrement,
    id text not null unique,
    kind text not null,
    body text not null
);
create index if not exists documents_by_kind on documents (kind, place);
create table if not exists appointments (
    place integer primary key autoincrement,
    due integer not null,
    work text not null,
    id text not null
);
create table if not exists answers (
    key text primary key,
    fingerprint text not null,
    kept_at integer not null,
    status integer not null,
    body text not null,
    request_id text not null
);
create table if not exists letters (
    place integer primary key autoincrement,
    event_id text not null,
    endpoint text not null,
    body text not null,
    due real not null,
    attempts integer not null default 0,
    state text not null default 'pending',
    answer text
);
create index if not exists letters_pending on letters (state, due);
create table if not exists facts (name text primary key, value text not null);
"""


_NEWEST_FIRST = """
select body from documents where kind = :kind
and (:cursor is null or place < (select place from documents where id = :cursor))
and coalesce(json_extract(body, '$.created'), json_extract(body, '$.session.created'), 0) between :since and :until
and not exists (select 1 from json_each(:wanted) as want where json_extract(body, want.key) is not want.value)
order by place desc limit :limit
"""
_OLDEST_FIRST = _NEWEST_FIRST.replace("place <", "place >").replace("place desc", "place asc")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, newest first, as Stripe's cursors ask for it."""

    limit: int = 10
    starting_after: str | None = None
    ending_before: str | None = None
    since: int = 0
    until: int = 2**53


class Store:
    def __init__(self, path: str = ":memory:") -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("pragma journal_mode = wal")
        self.db.executescript(_TABLES)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")

    def close(self) -> None:
        self.db.close()

    def put(self, kind: str, id_: str, body: Document) -> None:
        self.db.execute(
            "insert into documents (id, kind, body) values (?, ?, ?)"
            " on conflict (id) do update set body = excluded.body",
            (id_, kind, json.dumps(body)),
        )

    def get(self, kind: str, id_: str) -> Document | None:
        row = self.db.execute("select body from documents where kind = ? and id = ?", (kind, id_)).fetchone()
        return None if row is None else json.loads(row["body"])

    def page(self, kind: str, page: Page, wanted: dict[str, Any]) -> tuple[list[Document], bool]:
        """The documents of the page whose fields equal `wanted`, and whether there are more beyond it.

        The keys of `wanted` are JSON paths (`$.session.status`).
        """
        forward = page.ending_before is None
        asked = {
            "kind": kind,
            "cursor": page.starting_after if forward else page.ending_before,
            "wanted": json.dumps(wanted),
            "limit": page.limit + 1,
            "since": page.since,
            "until": page.until,
        }
        rows = self.db.execute(_NEWEST_FIRST if forward else _OLDEST_FIRST, asked).fetchall()
        found = [json.loads(row["body"]) for row in rows[: page.limit]]
        return found if forward else found[::-1], len(rows) > page.limit

    def every(self, kind: str) -> list[Document]:
        """All documents of a kind, oldest first."""
        rows = self.db.execute("select body from documents where kind = ? order by place", (kind,)).fetchall()
        return [json.loads(row["body"]) for row in rows]

    def kind_of(self, id_: str) -> str | None:
        row = self.db.execute("select kind from documents where id = ?", (id_,)).fetchone()
        return None if row is None else str(row["kind"])

    def appoint(self, due: int, work: str, id_: str) -> None:
        self.db.execute("insert into appointments (due, work, id) values (?, ?, ?)", (due, work, id_))

    def take_due(self, now: int) -> list[tuple[str, str]]:
        """Work whose time has come, as (work, id); it is taken once."""
        rows = self.db.execute("delete from appointments where due <= ? returning place, work, id", (now,)).fetchall()
        return [(row["work"], row["id"]) for row in sorted(rows, key=lambda row: row["place"])]

    def fact(self, name: str, otherwise: str) -> str:
        row = self.db.execute("select value from facts where name = ?", (name,)).fetchone()
        return otherwise if row is None else str(row["value"])

    def set_fact(self, name: str, value: str) -> None:
        self.db.execute(
            "insert into facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            (name, value),
        )
