"""The commands of `python -m api`: a function declares arguments and returns what runs it."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from api.settings import Refused, Settings

Run = Callable[[argparse.Namespace], object]
Command = Callable[[argparse.ArgumentParser], Run]


def up(parser: argparse.ArgumentParser) -> Run:
    """Start engines, schema, demo, API and worker; restart what dies (scripts/serve)."""
    _add_serving(parser)
    parser.add_argument("--no-demo", action="store_true", help="leave an empty installation empty")

    def run(args: argparse.Namespace) -> None:
        from api.running import supervisor

        profile = args.profile or os.environ.get("PISTIS_PROFILE") or "explore"
        supervisor.up(_serving(args, profile), demo=not args.no_demo)

    return run


def serve(parser: argparse.ArgumentParser) -> Run:
    """Start the API alone and keep it running; the schema must have been migrated."""
    _add_serving(parser)
    parser.add_argument("--fd", type=int, help=argparse.SUPPRESS)
    _add_leash(parser)

    def run(args: argparse.Namespace) -> None:
        settings = _serving(args, args.profile)
        if args.fd is None:
            from api.running import supervisor

            supervisor.serve(settings)
        else:
            with _loading(args):
                from api.running import server

            server.serve(settings, args.fd)

    return run


def work(parser: argparse.ArgumentParser) -> Run:
    """Start a worker alone: it relays what happened and does what is due."""
    _add_data(parser)
    _add_leash(parser)

    def run(args: argparse.Namespace) -> None:
        with _loading(args):
            from api.engines import running
            from api.running import worker

        with running(Settings.from_environment(serving=True, data=args.data)) as settings:
            worker.work(settings)

    return run


def migrate(parser: argparse.ArgumentParser) -> Run:
    """Bring the database's schema up to date; safe to run at any time and twice at once."""
    _add_data(parser)

    def run(args: argparse.Namespace) -> None:
        import asyncio

        from api.engines import running
        from domain import database

        with running(Settings.from_environment(data=args.data)) as settings:
            applied = asyncio.run(database.migrate(settings.database_url))
        print(*applied or ["The schema is up to date."], sep="\n")

    return run


def schema(parser: argparse.ArgumentParser) -> Run:
    """Print the GraphQL schema (SDL)."""

    def run(_: argparse.Namespace) -> None:
        from schema.root import sdl

        print(sdl().rstrip("\n"))

    return run


def token(parser: argparse.ArgumentParser) -> Run:
    """Print a token for trying things out, alone; in the explore profile only."""
    parser.add_argument("--as", dest="role", required=True, choices=("member", "shop", "staff"))
    parser.add_argument("--member", metavar="NUMBER", help="whose; one of the demo unless given")
    _add_data(parser)

    def run(args: argparse.Namespace) -> None:
        settings = _exploring(args, "a token for the asking")
        import asyncio

        from api.engines import running
        from api.identity.tokens import token as minted

        with running(settings) as settings:
            print(asyncio.run(minted(settings, args.role, args.member)))

    return run


def key(parser: argparse.ArgumentParser) -> Run:
    """Make a key for a service or a member of staff and print it, this once."""
    parser.add_argument("--name", required=True, help="whose key it is, as the audit will call it")
    parser.add_argument("--roles", required=True, help="of till, shop, care, loyalty, admin")
    parser.add_argument("--days", type=int, help="how long it is good (until it is revoked)")
    _add_data(parser)

    def run(args: argparse.Namespace) -> None:
        import asyncio

        from api.engines import running
        from api.identity import keys

        roles = [role.strip().upper() for role in args.roles.split(",") if role.strip()]
        with running(Settings.from_environment(data=args.data)) as settings:
            print(asyncio.run(keys.make(settings, args.name, roles, args.days)))

    return run


def keys(parser: argparse.ArgumentParser) -> Run:
    """List the keys that sign tokens and those that were given out; rotate, or revoke one."""
    commands = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    commands.add_parser("list", help="all that there are, without themselves")
    rotate = commands.add_parser("rotate", help="publish the next signing key; it signs in a day")
    rotate.add_argument("--now", action="store_true", help="it signs at once")
    revoke = commands.add_parser("revoke", help="refuse a key from now on; a signing key's tokens")
    revoke.add_argument("id", metavar="ID", help="as listed")
    for each in commands.choices.values():
        _add_data(each)

    def run(args: argparse.Namespace) -> None:
        import asyncio

        from api.engines import running
        from api.identity import keys

        with running(Settings.from_environment(data=args.data)) as settings:
            if args.what == "list":
                lines = asyncio.run(keys.listed(settings))
            elif args.what == "rotate":
                lines = asyncio.run(keys.rotate(settings, at_once=args.now))
            else:
                lines = asyncio.run(keys.revoke(settings, args.id))
        print(*lines, sep="\n")

    return run


def proof(parser: argparse.ArgumentParser) -> Run:
    """Check the whole ledger and its hash chain; name every record that does not fit."""
    parser.add_argument(
        "--release", metavar="WALLET", help="let a frozen wallet (or table/id) go, if it is mended"
    )
    _add_data(parser)

    def run(args: argparse.Namespace) -> int:
        import asyncio

        from api.engines import running
        from api.watching import proofs

        with running(Settings.from_environment(data=args.data)) as settings:
            if args.release:
                return asyncio.run(proofs.release(settings, args.release))
            return asyncio.run(proofs.run(settings))

    return run


def advance_clock(parser: argparse.ArgumentParser) -> Run:
    """Let time pass: points expire, birthdays come. In the explore profile only; never back."""
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("by", nargs="?", metavar="BY", help="how far: 12h, 40d, 3w")
    how.add_argument("--to", metavar="DAY", help="to the beginning of this day: 2027-01-01")
    _add_data(parser)

    def run(args: argparse.Namespace) -> None:
        settings = _exploring(args, "it moves the clock for everybody")
        import asyncio

        from api.engines import running
        from api.running import advancing

        with running(settings) as settings:
            print(*asyncio.run(advancing.advance(settings, args.by, args.to)), sep="\n")

    return run


def documents(parser: argparse.ArgumentParser) -> Run:
    """List the known documents, one JSON object a line: name, id, text; or register more."""
    what = ".graphql files, Apollo's manifests, codegen's persisted-documents.json"
    parser.add_argument("--add", nargs="+", metavar="FILE", help=f"register those of {what}")
    _add_data(parser)

    def run(args: argparse.Namespace) -> None:
        if not args.add:
            from api.known import documents as known

            return known.run()
        from api.engines import running
        from api.known import registering

        with running(Settings.from_environment(data=args.data)) as settings:
            registering.add(settings, args.add)
        return None

    return run


def import_(parser: argparse.ArgumentParser) -> Run:
    """Bring in what another system knows: `import orders --help`, or members, says how."""
    parser.add_argument("what", nargs=argparse.REMAINDER, help="orders FILE.csv, members FILE.csv")

    def run(args: argparse.Namespace) -> object:
        finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        _add_data(finder)
        found, rest = finder.parse_known_args(args.what or ["--help"])
        from api import imports
        from api.engines import running

        settings = Settings.from_environment(data=found.data)
        if {"-h", "--help"} & set(rest):
            return imports.run(settings, rest)
        with running(settings) as settings:
            return imports.run(settings, rest)

    return run


COMMANDS: dict[str, Command] = {
    "up": up,
    "serve": serve,
    "work": work,
    "migrate": migrate,
    "schema": schema,
    "token": token,
    "key": key,
    "keys": keys,
    "proof": proof,
    "advance-clock": advance_clock,
    "documents": documents,
    "import": import_,
}


def main(arguments: list[str]) -> int:
    """Run the command; 0 if it was done, 1 with its reason on standard error if not."""
    about = "Pistis, a GraphQL loyalty backend."
    parser = argparse.ArgumentParser(prog="python -m api", description=about)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        text = command.__doc__ or ""
        sub = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        sub.set_defaults(run=command(sub))
    args = parser.parse_args(arguments)
    try:
        code = args.run(args)
    except (Refused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code if isinstance(code, int) else 0


def _exploring(args: argparse.Namespace, why: str) -> Settings:
    settings = Settings.from_environment(data=args.data)
    settings = replace(settings, profile=settings.served_profile())
    if settings.profile != "explore":
        raise Refused(
            f"Only the explore profile allows this ({why}), and no server of it runs on "
            f"{settings.data}: start scripts/serve, or name its folder with --data."
        )
    return settings


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="FOLDER", help="of engines, secret and logs (.pistis)")


def _add_serving(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", help="port to listen on, 0 for a free one (8000)")
    parser.add_argument("--processes", metavar="N", help="API processes that share the port (1)")
    parser.add_argument("--profile", help="explore: try things out; locked: in earnest")


def _serving(args: argparse.Namespace, profile: str | None) -> Settings:
    given = {name: getattr(args, name) for name in ("data", "host", "port", "processes")}
    settings = Settings.from_environment(serving=True, profile=profile, **given)
    settings.remember_profile()
    return settings


def _add_leash(parser: argparse.ArgumentParser) -> None:
    for name in ("--lifeline", "--gate"):  # what a supervisor holds its children by
        parser.add_argument(name, type=int, help=argparse.SUPPRESS)


@contextmanager
def _loading(args: argparse.Namespace) -> Iterator[None]:
    """Load code as a child: until the supervisor ends, and beside what it prepares."""
    from api.running.children import end_with, wait_at

    if args.lifeline is not None:
        end_with(args.lifeline)
    gc.disable()  # a hundred thousand objects that stay: looking through them takes a fifth longer
    yield
    gc.freeze()
    gc.enable()
    if args.gate is not None:
        wait_at(args.gate)
