"""Rows of the studio: turns to review, lessons, trainings, models. Which model is live is one row of `models`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, update

from bot.storage.sql import Row, Transaction
from bot.storage.tables import audit, lessons, messages, models, trainings, turns, users

# -- turns to review ---------------------------------------------------------------------------------------------------

_OPEN = and_(turns.c.review == "open", turns.c.text != "")


async def open_turns(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """The newest turns of words that nobody has looked at."""
    query = select(turns).where(_OPEN).order_by(turns.c.created_at.desc(), turns.c.id).limit(limit)
    return (await tx.execute(query)).all()


async def count_open_turns(tx: Transaction) -> int:
    query = select(func.count()).select_from(turns).where(_OPEN)
    return (await tx.execute(query)).scalar_one()


async def recent_turns(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """The newest turns in which a customer typed something."""
    query = select(turns).where(turns.c.text != "").order_by(turns.c.created_at.desc(), turns.c.id).limit(limit)
    return (await tx.execute(query)).all()


async def turn(tx: Transaction, turn_id: str) -> Row[Any] | None:
    return (await tx.execute(select(turns).where(turns.c.id == turn_id))).one_or_none()


async def messages_around(tx: Transaction, conversation_id: int, inbox_id: int, reach: int) -> Sequence[Row[Any]]:
    """The message that came by this inbox row with up to `reach` before and after it, oldest first."""
    theirs = select(messages).where(messages.c.conversation_id == conversation_id)
    middle = (await tx.execute(select(messages.c.id).where(messages.c.inbox_id == inbox_id))).scalar_one_or_none()
    if middle is None:
        return []
    before = theirs.where(messages.c.id <= middle).order_by(messages.c.id.desc()).limit(reach + 1)
    after = theirs.where(messages.c.id > middle).order_by(messages.c.id).limit(reach)
    return [*reversed((await tx.execute(before)).all()), *(await tx.execute(after)).all()]


async def review(tx: Transaction, turn_ids: Iterable[str], *, was: str, becomes: str) -> list[str]:
    """Move these turns from one review state to another; those that were in it."""
    query = (
        update(turns)
        .where(turns.c.id.in_(list(turn_ids)), turns.c.review == was)
        .values(review=becomes)
        .returning(turns.c.id)
    )
    return list((await tx.execute(query)).scalars())


# -- lessons -----------------------------------------------------------------------------------------------------------


async def add_lesson(
    tx: Transaction,
    *,
    user_id: int | None,
    what: str,
    path: str,
    before: str,
    after: str,
    detail: dict[str, Any],
    now: datetime,
) -> int:
    values = {"user_id": user_id, "what": what, "path": path, "before": before, "after": after, "detail": detail}
    lesson_id: int = (await tx.execute(insert(lessons).values(**values, at=now).returning(lessons.c.id))).scalar_one()
    return lesson_id


async def lesson(tx: Transaction, lesson_id: int) -> Row[Any] | None:
    return (await tx.execute(_lessons().where(lessons.c.id == lesson_id))).one_or_none()


async def newest_lessons(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    return (await tx.execute(_lessons().order_by(lessons.c.id.desc()).limit(limit))).all()


async def count_lessons_since(tx: Transaction, at: datetime | None) -> int:
    """Lessons that changed the training data after this moment (null: ever). One taken back since counts for none."""
    query = select(lessons.c.id, lessons.c.undone_by).where(lessons.c.path != "")
    if at is not None:
        query = query.where(lessons.c.at > at)
    undone_by = {row.id: row.undone_by for row in await tx.execute(query)}
    cancelled = {lesson for pair in undone_by.items() if pair[1] in undone_by for lesson in pair}
    return len(undone_by.keys() - cancelled)


async def mark_undone(tx: Transaction, lesson_id: int, by: int) -> bool:
    """Compare-and-set: False when it was undone before."""
    done = await tx.execute(
        update(lessons).where(lessons.c.id == lesson_id, lessons.c.undone_by.is_(None)).values(undone_by=by)
    )
    return bool(done.rowcount)


def _lessons() -> Any:
    return select(lessons, users.c.name.label("who")).join(users, users.c.id == lessons.c.user_id, isouter=True)


# -- trainings ---------------------------------------------------------------------------------------------------------


async def running_trainings(tx: Transaction) -> Sequence[Row[Any]]:
    return (await tx.execute(select(trainings).where(trainings.c.state == "running"))).all()


async def start_training(tx: Transaction, *, user_id: int | None, model: str, now: datetime) -> int:
    training_id: int = (
        await tx.execute(
            insert(trainings)
            .values(state="running", step="", model=model, user_id=user_id, started_at=now)
            .returning(trainings.c.id)
        )
    ).scalar_one()
    return training_id


async def update_training(tx: Transaction, training_id: int, **values: Any) -> bool:
    """Change a running training; False when it has ended."""
    done = await tx.execute(
        update(trainings).where(trainings.c.id == training_id, trainings.c.state == "running").values(**values)
    )
    return bool(done.rowcount)


async def newest_training(tx: Transaction) -> Row[Any] | None:
    return (await tx.execute(select(trainings).order_by(trainings.c.id.desc()).limit(1))).one_or_none()


async def training(tx: Transaction, training_id: int) -> Row[Any] | None:
    return (await tx.execute(select(trainings).where(trainings.c.id == training_id))).one_or_none()


# -- models ------------------------------------------------------------------------------------------------------------


async def live_model(tx: Transaction) -> str | None:
    """The file name of the model that answers customers; None before the first is adopted."""
    file: str | None = (await tx.execute(select(models.c.file).where(models.c.state == "live"))).scalar_one_or_none()
    return file


async def model(tx: Transaction, model_id: int) -> Row[Any] | None:
    return (await tx.execute(_models().where(models.c.id == model_id))).one_or_none()


async def model_by_file(tx: Transaction, file: str) -> Row[Any] | None:
    return (await tx.execute(_models().where(models.c.file == file))).one_or_none()


async def model_in_state(tx: Transaction, state: str) -> Row[Any] | None:
    """The live model, or the newest of the candidates or the retired."""
    by = models.c.id if state == "candidate" else models.c.published_at
    query = _models().where(models.c.state == state).order_by(by.desc()).limit(1)
    return (await tx.execute(query)).one_or_none()


async def previous_live(tx: Transaction) -> Row[Any] | None:
    """The model that was live before the present one was published."""
    query = (
        _models()
        .where(models.c.state == "retired", models.c.published_at.is_not(None))
        .order_by(models.c.published_at.desc())
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def newest_models(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    return (await tx.execute(_models().order_by(models.c.id.desc()).limit(limit))).all()


async def add_model(tx: Transaction, **values: Any) -> int:
    model_id: int = (await tx.execute(insert(models).values(**values).returning(models.c.id))).scalar_one()
    return model_id


async def make_live(tx: Transaction, model_id: int, *, version: int, now: datetime) -> bool:
    """One row becomes live and the one that was is retired. False when the row is not as `version` saw it."""
    taken = await tx.execute(
        update(models)
        .where(models.c.id == model_id, models.c.version == version, models.c.state != "live")
        .values(version=version + 1)
    )
    if not taken.rowcount:
        return False
    await tx.execute(
        update(models).where(models.c.state == "live").values(state="retired", version=models.c.version + 1)
    )
    await tx.execute(update(models).where(models.c.id == model_id).values(state="live", published_at=now))
    return True


def _models() -> Any:
    return select(models, users.c.name.label("who")).join(users, users.c.id == models.c.trained_by, isouter=True)


# -- audit -------------------------------------------------------------------------------------------------------------


async def audited(
    tx: Transaction, user_id: int | None, what: str, subject: str, detail: dict[str, Any], now: datetime
) -> None:
    await tx.execute(insert(audit).values(user_id=user_id, what=what, object=subject, detail=detail, at=now))
