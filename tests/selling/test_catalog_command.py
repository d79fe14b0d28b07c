"""`souk catalog-import` and `souk catalog-export`, as somebody at a terminal sees them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.cli import main
from bot.selling.catalog.progress import Progress

FEED = """id,title,price,availability,quantity,color
MUG-R,Mug,12.50,in stock,3,red
JUG,Jug,free,in stock,1,
"""


@pytest.fixture
def feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOUK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "feed.csv").write_text(FEED)
    return tmp_path / "feed.csv"


def test_bad_rows_are_told_and_the_rest_is_on_sale(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["catalog-import", str(feed), "--currency", "EUR"])

    told = capsys.readouterr()
    assert status == 1
    assert told.err.splitlines() == [
        "feed.csv:3: price: 'free' is no amount of money",
        "souk: 1 problems; the rest was loaded; 0 products are spared",
    ]
    assert told.out == (
        "1 products, 1 variants: 1 added, 0 changed, 0 unchanged, 0 taken off sale, 1 counted anew\n"
    )  # fmt: skip

    out = feed.with_name("out.tsv")
    assert main(["catalog-export", str(out), "--format", "meta", "--currency", "EUR"]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    assert (row["id"], row["price"], row["color"], row["quantity_to_sell_on_facebook"]) == (
        "MUG-R",
        "12.50 EUR",
        "red",
        "3",
    )


def test_a_dry_run_and_a_strict_one_leave_the_shop_as_it_is(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog-import", str(feed), "--dry-run"]) == 1
    assert "1 would be added" in capsys.readouterr().out
    assert main(["catalog-import", str(feed), "--strict"]) == 1
    assert "nothing was changed" in capsys.readouterr().err

    feed.write_text(FEED.replace("free", "20"))
    assert main(["catalog-import", str(feed), "--dry-run"]) == 0
    assert "2 would be added" in capsys.readouterr().out


def test_a_file_of_no_form_that_we_read_is_refused(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed.write_text("name,telephone\nAnna,123\n")

    assert main(["catalog-import", str(feed)]) == 1
    assert "name its form with --format" in capsys.readouterr().err


class _Page:
    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_progress_tells_how_far_and_how_fast_and_nothing_of_what_is_over_at_once() -> None:
    page, times = _Page(), iter([0.0, 0.1, 2.0, 2.1])
    progress = Progress(page, lambda: next(times))  # type: ignore[arg-type]

    progress.told(100, 1000)
    assert page.text == ""
    progress.told(500, 1000)
    progress.told(510, 1000)
    progress.end()

    assert page.text.split() == ["50", "%,", "500", "of", "1000", "rows,", "250", "rows/s"]
