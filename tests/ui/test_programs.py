"""What the README shows to programs and agents, run as it stands there against the real app."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from gradio import mcp
from gradio.processing_utils import save_base64_to_cache
from PIL import Image
from serving import ROOT, picture

from nst.quick.presets import BLANK, presets_in
from nst.ui import page
from nst.ui.endpoints import TOOLS
from nst.ui.server import cache

if TYPE_CHECKING:
    from mcp.types import CallToolResult, Tool

SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("## Programs and agents")[1].split("\n## ")[0]
SHORTER = {"minutes=5": "minutes=0.1", "size=768": "size=64, steps=4"}

pytestmark = pytest.mark.timeout(180)


def shown(language: str, url: str) -> str:
    """The README's example in a language, for the app at that address, with less to do."""
    [text] = re.findall(rf"```{language}\n(.+?)```", SECTION, re.DOTALL)
    for long, short in SHORTER.items():
        text = text.replace(long, short)
    assert "http://127.0.0.1:7860" in text
    return str(text.replace("http://127.0.0.1:7860", url))


def run(folder: Path, *command: str) -> list[str]:
    """The lines that a program says in a folder with what the examples take."""
    picture(folder / "photo.jpg")
    picture(folder / "painting.jpg", (64, 80))
    with zipfile.ZipFile(folder / "photos.zip", "w") as file:
        file.write(folder / "photo.jpg", "photo.jpg")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_python(url: str, tmp_path: Path) -> None:
    said = run(tmp_path, sys.executable, "-c", shown("python", url))
    _, *pictures, style = map(Path, said)  # first it says where it is connected
    assert [Image.open(path).format for path in pictures] == ["PNG"] * 3
    assert style.name == "painting.safetensors"
    [preset] = presets_in(style)
    assert preset.title == "Painting"
    assert preset.thumbnail != BLANK


def test_javascript(url: str, tmp_path: Path) -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("there is no Node on this machine")
    install = ["npm", "install", "--silent", "@gradio/client"]
    if subprocess.run(install, cwd=tmp_path, capture_output=True, timeout=120).returncode:
        pytest.skip("@gradio/client cannot be installed here")
    (tmp_path / "example.mjs").write_text(shown("js", url))
    [address] = run(tmp_path, "node", "example.mjs")
    assert address.startswith(url)
    assert address.endswith("-starry-night.png")


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine")
def test_curl(url: str, tmp_path: Path) -> None:
    run(tmp_path, "bash", "-euc", shown("bash", url))
    with Image.open(tmp_path / "painted.png") as painted:
        assert (painted.format, max(painted.size)) == ("PNG", 1024)


@pytest.mark.skipif(not TOOLS, reason="gradio's extra mcp is not installed")
def test_an_agent_finds_tools_that_say_what_they_do_and_paints(url: str, tmp_path: Path) -> None:
    address = json.loads(shown("json", url))["mcpServers"]["nst"]["url"]
    photo = f"data:image/jpeg;base64,{base64.b64encode(picture(tmp_path / 'photo.jpg').read_bytes()).decode()}"
    good, bad = ({"photo": photo, "style": "woodcut", "size": 64, **more} for more in ({}, {"strength": 9}))
    with ThreadPoolExecutor(1) as thread:  # since Playwright keeps a loop running in this one
        tools, painted, refused = thread.submit(asyncio.run, visited(address, good, bad)).result()
    assert [tool.name for tool in tools] == [
        "stylize", "stylize_many", "stylize_video", "optimize", "enlarge", "reconstruct", "texture", "teach",
    ]  # fmt: skip
    for tool in tools:
        assert re.match(r"[A-Z].{30,}?\. ", tool.description or "")
        for parameter in tool.inputSchema["properties"].values():
            assert re.fullmatch(r"[A-Z].+\.", parameter["description"])
    assert not painted.isError
    [shape] = [content for content in painted.content if content.type == "image"]
    (tmp_path / "painted").write_bytes(base64.b64decode(shape.data))
    assert Image.open(tmp_path / "painted").size == (64, 43)
    assert refused.isError
    assert "Strength cannot be 9" in str(refused.content)


async def visited(address: str, *asked: dict[str, Any]) -> tuple[list[Tool], CallToolResult, CallToolResult]:
    """The tools there, and what `stylize` answers to two calls."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async with (
        streamablehttp_client(address) as (read, write, _),
        ClientSession(read, write, timedelta(seconds=120)) as session,
    ):
        await session.initialize()
        tools = (await session.list_tools()).tools
        first, second = [await session.call_tool("stylize", arguments) for arguments in asked]
        return tools, first, second


def test_what_an_agent_sends_lies_in_the_folder_that_is_kept_tidy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp, "DEFAULT_TEMP_DIR", "")  # for it to be as it was again
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    folder = cache.begin()
    sent = save_base64_to_cache("data:image/png;base64,aGVsbG8=", mcp.DEFAULT_TEMP_DIR)
    assert folder in Path(sent).parents


@pytest.mark.parametrize(("accounts", "there"), [("", TOOLS), ("ann:a-long-password", False)])
def test_there_are_no_tools_where_people_log_in(accounts: str, there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NST_AUTH", accounts)
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "")  # for it to be as it was again
    assert page.serving()["mcp_server"] is there
