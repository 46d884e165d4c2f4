"""The web page: `python app.py`, or `python app.py --share` for a link that works from anywhere."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress

# Threads that wait for others give their core away, to other visitors' work; read by OpenMP as torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

with suppress(ImportError):
    import spaces  # noqa: F401  # where there is ZeroGPU, before torch

from nst.common.errors import UserError

try:
    from nst.ui import page
    from nst.ui.server import cache, closing, journal

    journal.write()
    cache.begin()
    demo = page.build()
except UserError as error:  # as where no file can be written
    sys.exit(str(error))


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the web page.")
    parser.add_argument("--share", action="store_true", help="also make a public link")
    parser.add_argument("--host", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help="the port to listen on (default: the first free from 7860 on)")
    arguments = parser.parse_args()
    closing.listen()
    address = {"server_name": arguments.host, "server_port": arguments.port}
    demo.launch(share=arguments.share, prevent_thread_lock=True, **address, **page.serving())
    page.prepare(demo)
    closing.serve(demo, lambda: journal.FIGURES.running)


if __name__ == "__main__":
    main()
