"""The command line: a module for each group of commands, put together here."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from nst.cli.arguments import Parser
from nst.common.errors import UserError

# The commands of each module. A module that is not needed is not loaded, nor what it needs itself.
GROUPS = {
    "quick": ("styles", "stylize", "video"),
    "custom": ("optimize", "enlarge", "replay", "reconstruct", "texture"),
    "measure": ("evaluate", "bench", "load"),
    "training": ("train",),
    "publishing": ("publish", "deploy"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0 on success; 2 and one sentence on stderr for what a person can mend; 130 after Ctrl-C.

    1 where what was measured misses a floor; 141 where nobody reads any more what it says, as `head` does not after its
    last line.
    """
    try:
        try:
            return _run(arguments)
        finally:
            if sys.stdout:  # here, as at the end of the process nothing could be caught any more
                sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in filter(None, (sys.stdout, sys.stderr)):  # which may hold words that are written at the end
            os.dup2(nowhere, stream.fileno())
        return 141


def _run(arguments: Sequence[str] | None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    named = [group for group, commands in GROUPS.items() if arguments and arguments[0] in commands]
    parser = Parser(prog="python -m nst", description="Turn photographs into paintings.")
    command = parser.commands("COMMAND")
    for group in named or GROUPS:  # all, for the help
        importlib.import_module(f"nst.cli.{group}").add_to(command)
    try:
        parsed = parser.parse_args(arguments)
        return parsed.run(parsed) or 0
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
