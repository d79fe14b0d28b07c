"""Structured logs, one event a line, and the counters of `/metrics`. Never a customer's words or a secret."""

from __future__ import annotations

import logging
import sys
from collections import Counter

import structlog

_COUNTS: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()


def set_up_logs(process: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    # httpx logs whole addresses at INFO, and those of providers carry account ids.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def count(name: str, amount: int = 1, **labels: str) -> None:
    """Add to a counter of this process."""
    _COUNTS[(name, tuple(sorted(labels.items())))] += amount


def exposition() -> str:
    """All counters in Prometheus' text format."""
    lines = []
    for (name, labels), value in sorted(_COUNTS.items()):
        inner = ",".join(f'{key}="{text}"' for key, text in labels)
        lines.append(f"souk_{name}_total{{{inner}}} {value}" if inner else f"souk_{name}_total {value}")
    return "\n".join(lines) + "\n"
