"""The web page: `python app.py`, or `python app.py --share` for a link that works from anywhere."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress

# Threads that wait for others give their core away, to other visitors' work; read by OpenMP as torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

with suppress(ImportError):
    import spaces  # noqa: F401  # where there is ZeroGPU, before torch

from nst.ui import page

demo = page.build()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the web page.")
    parser.add_argument("--share", action="store_true", help="also make a public link")
    parser.add_argument("--host", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help="the port to listen on (default: the first free from 7860 on)")
    arguments = parser.parse_args()
    page.prepare()
    demo.launch(share=arguments.share, server_name=arguments.host, server_port=arguments.port, **page.serving())


if __name__ == "__main__":
    main()
