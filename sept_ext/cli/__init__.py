"""The command `jupyter sept`, also known as `sept` and `python -m sept_ext`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sept_ext import __version__
from sept_ext.core.errors import SeptError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; the exit code is 0, 1 (cells failed) or 2 (it could not be done, and why)."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "demo":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    try:
        return _dispatch(options, rest)
    except SeptError as error:
        print(f"sept {options.command}: {error.message}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _dispatch(options: argparse.Namespace, rest: list[str]) -> int:
    # Each subcommand is imported when it is asked for: `analyze` needs no kernel, `demo` no analysis.
    if options.command == "analyze":
        from .analyze import analyze

        return analyze(options.notebook, as_json=options.json)
    if options.command == "run":
        from .run import run

        return run(options.notebook, options.set, only_stale=options.only_stale, output=options.output)
    if options.command == "verify":
        from .verify import verify

        return verify(options.notebook, edited=options.edited, strict=options.strict, as_json=options.json)
    if options.command == "upgrade-db":
        from .upgrade_db import upgrade_db

        return upgrade_db(options.url)
    if options.command == "rotate-key":
        from .rotate_key import rotate_key

        return rotate_key(options.url, options.key_file)
    from .demo import demo

    return demo(options.folder, rest)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jupyter sept", description="Notebooks that know their dependencies.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)

    analyze = commands.add_parser("analyze", help="what each cell reads and writes, and which cells depend on which")
    analyze.add_argument("notebook")
    analyze.add_argument("--json", action="store_true", help="one JSON object, for programs")

    run = commands.add_parser("run", help="run a notebook in dependency order, without a browser")
    run.add_argument("notebook")
    run.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="give an input another value")
    run.add_argument("--only-stale", action="store_true", help="only cells that have not run, and what they need")
    run.add_argument("--output", metavar="FILE", help="write the result here instead of into the notebook itself")

    verify = commands.add_parser("verify", help="compare a notebook's outputs with a clean run from the top")
    verify.add_argument("notebook")
    verify.add_argument(
        "--edited",
        metavar="EDITED",
        help="run NOTEBOOK, apply EDITED on the live kernel, run what is stale, compare with a clean run of EDITED",
    )
    verify.add_argument("--strict", action="store_true", help="excuse nothing: no addresses, times or random noise")
    verify.add_argument("--json", action="store_true", help="print one JSON object")

    demo = commands.add_parser("demo", help="open JupyterLab on a copy of the demo (more options go to JupyterLab)")
    demo.add_argument("--folder", default=None, help="where to put the copy; default: .demo in this folder")

    upgrade = commands.add_parser("upgrade-db", help="bring the store's database to this version's schema")
    upgrade.add_argument("--url", default=None, help="default: SEPT_DATABASE_URL, else the embedded database")

    rotate = commands.add_parser("rotate-key", help="seal the stored secrets of connections with a new key")
    rotate.add_argument("--url", default=None, help="default: SEPT_DATABASE_URL, else the embedded database")
    rotate.add_argument("--key-file", default=None, help="default: the key file in Jupyter's data directory")
    return parser
