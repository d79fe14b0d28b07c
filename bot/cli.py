"""The `souk` command: one word for each process and chore of a shop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot import commands
from bot.errors import SoukError
from bot.selling.catalog.feed_out import FEEDS
from bot.selling.catalog.forms import FORMS
from bot.settings import ROOT, BadSetting, Settings, load
from bot.telemetry import set_up_logs

if TYPE_CHECKING:
    from bot.selling.catalog_import import Report

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    from bot.start import CannotStart

    try:
        command: Command = options.run
        return command(load(), options)
    except SoukError as error:
        print(f"souk: {error.message}", file=sys.stderr)
        return 1
    except BadSetting as error:
        print(f"souk: {error}", file=sys.stderr)
        return 2
    except CannotStart as error:
        print(f"souk: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="souk", description="A shop counter inside the chat.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    def verb(name: str, run: Command, summary: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=summary, description=summary)
        made.set_defaults(run=run)
        return made

    up = verb("up", _up, "Prepare everything and start every process.")
    up.add_argument("--new-passwords", action="store_true", help="give the demo log-ins new passwords and print them")
    verb("serve", _serve, "The gateway: webhooks, API and pages.")
    verb("worker", _worker, "A worker: turns, sending, payments, timers.")
    verb("actions", _actions, "The action server.")
    verb("engine", _engine, "The engine (Rasa), in its own Python.")
    verb("train", _train, "Train a model from data/ and make it live when none is.")
    imports = verb("catalog-import", _import, "Load a catalogue into the shop: its good rows, all at once.")
    imports.add_argument("file", type=Path, nargs="?", default=ROOT / "catalog")
    imports.add_argument("--dry-run", action="store_true", help="only say what would change and what is wrong")
    imports.add_argument("--strict", action="store_true", help="change nothing where a row is bad")
    imports.add_argument("--format", choices=FORMS, help="of the file; recognised from what is in it unless given")
    imports.add_argument("--currency", help="of amounts that name none (the shop's own)")
    imports.add_argument("--weight-unit", choices=("g", "kg", "oz", "lb"), default="kg", help="of bare weights (kg)")
    imports.add_argument("--pictures", default="", help="address before pictures that have none")
    imports.add_argument("--progress", action="store_true", help="tell how far it is even where nobody watches")
    exports = verb("catalog-export", _export, "Write the shop's catalogue to a file.")
    exports.add_argument("file", type=Path)
    exports.add_argument("--format", choices=("own", *FEEDS), default="own", help="our own, or a feed by the suffix")
    exports.add_argument("--currency", help="of a feed's prices (the shop's own)")
    backup = verb("backup", _backup, "Write database, secrets, live model and training data into one file.")
    backup.add_argument("file", type=Path)
    restore = verb("restore", _restore, "Bring a backup back into an empty SOUK_HOME.")
    restore.add_argument("file", type=Path)
    erase = verb("erase", _erase, "Forget a customer: every word, name and identity; orders stay without them.")
    erase.add_argument("customer", help="a contact's number, or channel:id such as whatsapp:15551230000")
    verb("doctor", _doctor, "Check that every part is there and answers.")
    bench = verb("bench", _bench, "Run one benchmark and print its JSON lines.")
    bench.add_argument("name")
    return parser


def _up(settings: Settings, options: argparse.Namespace) -> int:
    from bot.start import up

    asyncio.run(up(settings, new_passwords=options.new_passwords))
    return 0


def _serve(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.app import create_app
    from bot.composition import Parts

    set_up_logs("gateway")
    app = create_app(Parts(settings))
    app.run(host="127.0.0.1", port=settings.port, single_process=True, motd=False, access_log=False)
    return 0


def _worker(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.composition import Parts
    from bot.processes import until_told_to_stop

    async def work() -> None:
        parts = Parts(settings)
        try:
            await until_told_to_stop(parts.worker(f"worker-{os.getpid()}-{secrets.token_hex(3)}").run())
        finally:
            await parts.close()

    set_up_logs("worker")
    asyncio.run(work())
    return 0


def _actions(settings: Settings, _options: argparse.Namespace) -> int:
    return _exec(commands.actions(settings).arguments, settings)


def _engine(settings: Settings, _options: argparse.Namespace) -> int:
    return _exec(commands.engine(settings).arguments, settings)


def _exec(arguments: Sequence[str], settings: Settings) -> int:
    os.chdir(ROOT)
    os.execve(arguments[0], list(arguments), {**os.environ, **settings.environment()})  # noqa: S606
    return 0


def _train(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.composition import Parts
    from bot.start import train

    async def run() -> None:
        parts = Parts(settings)
        try:
            await train(parts, time.strftime("%Y%m%d-%H%M%S"))
        finally:
            await parts.close()

    asyncio.run(run())
    return 0


def _import(settings: Settings, options: argparse.Namespace) -> int:
    from bot.composition import Parts
    from bot.selling.catalog.entries import Reading
    from bot.selling.catalog.progress import Progress
    from bot.selling.catalog_import import import_catalog, rebuild_index
    from bot.storage.sql import migrate

    async def run() -> int:
        parts = Parts(settings)
        reading = Reading(options.currency or parts.shop_file.currency, options.weight_unit, options.pictures)
        progress = Progress(sys.stderr) if options.progress or sys.stderr.isatty() else None
        try:
            report = await import_catalog(
                parts.db,
                options.file,
                parts.clock,
                dry_run=options.dry_run,
                strict=options.strict,
                form=options.format,
                reading=reading,
                told=progress.told if progress else lambda _done, _of: None,
            )
            if progress:
                progress.end()
            if report.done and not options.dry_run:
                await rebuild_index(parts.db, parts.index, parts.clock)
        finally:
            await parts.close()
        return _reported(report, dry_run=options.dry_run)

    migrate(settings.database_url)
    return asyncio.run(run())


def _reported(report: Report, *, dry_run: bool) -> int:
    for problem in report.problems:
        print(problem, file=sys.stderr)
    for kept in report.kept:
        print(f"{kept.sku}: {kept.counted} counted, {kept.held} are held for customers and stay", file=sys.stderr)
    what = "would be " if dry_run else ""
    print(
        f"{report.products} products, {report.variants} variants: {report.added} {what}added, {report.changed} "
        f"changed, {report.unchanged} unchanged, {report.retired} taken off sale, {report.counted} counted anew"
    )
    if not report.problems:
        return 0
    rest = "the rest would be loaded" if dry_run else "the rest was loaded"
    end = f"{rest}; {report.spared} products are spared" if report.done else "nothing was changed"
    if report.done and not report.retiring:
        end += "; nothing is taken off sale, because a bad row does not say whose it is"
    print(f"souk: {len(report.problems)} problems; {end}", file=sys.stderr)
    return 1


def _export(settings: Settings, options: argparse.Namespace) -> int:
    from bot.composition import Parts
    from bot.selling.catalog.feed_out import Shopfront
    from bot.selling.catalog_export import export_catalog, export_feed

    async def run() -> None:
        parts = Parts(settings)
        try:
            if options.format == "own":
                print(f"{await export_catalog(parts.db, options.file)} products")
                return
            policy = parts.policy
            currency = options.currency or policy.currency
            front = Shopfront(currency, policy.name, settings.public_url, policy.picture)
            rows, left_out = await export_feed(parts.db, options.file, options.format, front)
            print(f"{rows} variants")
            if left_out:
                print(f"souk: {left_out} variants have no price in {currency}", file=sys.stderr)
        finally:
            await parts.close()

    asyncio.run(run())
    return 0


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup import backup

    print(f"{options.file}: {backup(settings, options.file) / 1e6:.1f} MB")
    return 0


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup import restore

    restore(settings, options.file)
    print(f"restored into {settings.home}; start the shop with `souk up`")
    return 0


def _erase(settings: Settings, options: argparse.Namespace) -> int:
    from bot.composition import Parts
    from bot.conversation.identity import ConversationKey
    from bot.errors import BadInput
    from bot.storage.erasure import contact_of, erase

    async def run() -> None:
        parts = Parts(settings)
        channel, _, customer = options.customer.partition(":")
        try:
            async with parts.db.write() as tx:
                known = int(channel) if channel.isdigit() else None
                contact = known or await contact_of(tx, ConversationKey(channel, "", customer))
                if contact is None:
                    raise BadInput("nobody", f"There is no customer {options.customer}.")
                done = await erase(tx, contact, parts.clock.now())
            parts.media_files.remove(done.files)
            print(f"erased: {done.conversations} conversations, {done.messages} messages")
        finally:
            await parts.close()

    asyncio.run(run())
    return 0


def _doctor(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.doctor import examine

    wrong = 0
    for finding in asyncio.run(examine(settings)):
        wrong += not finding.well
        print(f"{'ok ' if finding.well else 'BAD'}  {finding.what}: {finding.words}")
    return 1 if wrong else 0


def _bench(settings: Settings, options: argparse.Namespace) -> int:
    script = ROOT / "benchmarks" / f"{options.name}.py"
    if not script.exists():
        known = sorted(path.stem for path in script.parent.glob("*.py"))
        print(f"souk: there is no benchmark {options.name!r}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    with contextlib.suppress(KeyboardInterrupt):
        return subprocess.run([sys.executable, str(script)], cwd=ROOT, check=False).returncode
    return 130


if __name__ == "__main__":
    sys.exit(main())
