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

from bot import commands
from bot.errors import SoukError
from bot.settings import ROOT, BadSetting, Settings, load
from bot.telemetry import set_up_logs

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
    imports = verb("catalog-import", _import, "Load a catalogue into the shop, all rows or none.")
    imports.add_argument("file", type=Path, nargs="?", default=ROOT / "catalog")
    imports.add_argument("--dry-run", action="store_true", help="only check it and say what is wrong")
    exports = verb("catalog-export", _export, "Write the shop's catalogue to a file.")
    exports.add_argument("file", type=Path)
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
    from bot.selling.catalog_file import read_catalog
    from bot.selling.catalog_import import import_catalog, rebuild_index
    from bot.storage.sql import migrate

    async def run() -> int:
        parts = Parts(settings)
        try:
            report = await import_catalog(parts.db, options.file, parts.clock)
            if report.ok:
                await rebuild_index(parts.db, parts.index, parts.clock)
                print(f"{report.products} products, {report.variants} variants")
            return _problems(report.problems)
        finally:
            await parts.close()

    if options.dry_run:
        return _problems(read_catalog(options.file).problems)
    migrate(settings.database_url)
    return asyncio.run(run())


def _problems(problems: Sequence[object]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"souk: {len(problems)} problems" + ("; nothing was changed" if problems else ""), file=sys.stderr)
    return 1 if problems else 0


def _export(settings: Settings, options: argparse.Namespace) -> int:
    from bot.composition import Parts
    from bot.selling.catalog_export import export_catalog

    async def run() -> None:
        parts = Parts(settings)
        try:
            print(f"{await export_catalog(parts.db, options.file)} products")
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
