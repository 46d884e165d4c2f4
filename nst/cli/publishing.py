"""Commands that put what is here on the Hub: styles, and the app."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from nst.cli.arguments import Command, Parser
from nst.common.errors import UserError
from nst.publishing.card import LICENSES
from nst.publishing.collection import files_of, joined, licensed, styles_in
from nst.publishing.hub import Files, Kind, check_name, check_token, upload
from nst.publishing.space import FOLDERS, files_of_app


def add_to(command: Command) -> None:
    made = command("publish", _publish, "Put styles into a repository on the Hub, for others to paint with.")
    made.add_argument("source", type=Path, help="a style, a folder of styles, or one with a presets.toml")
    made.add_argument("repo", metavar="OWNER/NAME", help="the repository; the styles that it has stay")
    made.add_argument(
        "--yes-i-may-share",
        action="store_true",
        help="the paintings may be shared: yours, in the public domain, or with leave (otherwise it asks)",
    )
    made.add_argument("--license", default="", choices=LICENSES, help="of the styles whose record states none")
    _add_common(made)

    made = command("deploy", _deploy, "Put the app on the Hub as a Space.")
    made.add_argument("repo", metavar="USER/SPACE", help="the Space; what it has of an older version goes")
    _add_common(made)


def _add_common(parser: Parser) -> None:
    parser.add_argument("--private", action="store_true", help="for nobody else to see")
    parser.add_argument("--dry-run", action="store_true", help="list what would go up, and write nothing")


def _publish(parsed: argparse.Namespace) -> None:
    check_name(parsed.repo)
    presets = licensed(styles_in(parsed.source), parsed.license)
    if not parsed.dry_run:
        _check_leave(parsed.yes_i_may_share)
        check_token()
    files = files_of(parsed.repo, joined(parsed.repo, presets))
    if parsed.dry_run:
        _list(files)
    else:
        _send(parsed, files, "model", f"Styles: {', '.join(preset.title for preset in presets)}"[:200])


def _check_leave(given: bool) -> None:
    """Raises `UserError` unless somebody says that the paintings may be shared; asks where there is a terminal."""
    if not given and sys.stdin and sys.stdin.isatty():
        with suppress(EOFError):
            words = (
                "May the paintings that these styles were taught from be shared (yours, free, or with leave)? [y/N] "
            )
            given = input(words).strip().lower() in ("y", "yes")
    if not given:
        raise UserError(
            "Nothing was published: a style gives away the look of its painting, so say with --yes-i-may-share that it "
            "may be shared."
        )


def _deploy(parsed: argparse.Namespace) -> None:
    check_name(parsed.repo)
    files = files_of_app()
    if parsed.dry_run:
        _list(files)
    else:
        check_token()
        _send(parsed, files, "space", "The app", FOLDERS)


def _send(parsed: argparse.Namespace, files: Files, kind: Kind, message: str, folders: Sequence[str] = ()) -> None:
    """Uploads, and says where it is then."""
    print(upload(parsed.repo, files, kind, message, private=parsed.private, folders=folders))


def _list(files: Files) -> None:
    """A line for each file, with how many bytes it has, and one for all."""
    sizes = {
        name: content.stat().st_size if isinstance(content, Path) else len(content) for name, content in files.items()
    }
    for name, size in sizes.items():
        print(f"{size:>12,}  {name}")
    print(f"{sum(sizes.values()):>12,}  in {len(files)} files; nothing was sent.")
