"""What a stranger may try. Each attack goes against the running app, which answers in a sentence and goes on.

`NST_ATTACKS=full` gives those that are shortened here their whole size.
"""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import picture
from stranger import FULL, LARGEST, PROXY, REQUESTS, Visitor, raw, sentences, speaks_plainly

META = {"_type": "gradio.FileData"}
CONNECTIONS = 1000 if FULL else 300
ENTRIES = 1_000_000 if FULL else 28_000
PATIENCE = 30  # seconds, of the app


def stylize(visitor: Visitor, photo: Any) -> str:
    return visitor.call("stylize", photo, "woodcut", 1, False, 64, 1024, "", 0.5)


def refused(told: str, words: str) -> bool:
    """Whether an answer is a sentence with these words, and nothing more."""
    return "event: error" in told and words in told and speaks_plainly(told)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *more: bytes) -> bytes:
    """A PNG of one row, whatever size it claims."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    row = chunk(b"IDAT", zlib.compress(bytes(1 + 3 * min(width, 1000))))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + row + chunk(b"IEND", b"")


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.fixture(scope="module", autouse=True)
def slowly(app: tuple[str, Path]) -> Iterator[dict[str, Future[bytes]]]:
    """What takes as long as the app is patient, begun before all else: an upload byte by byte, and silence."""
    url, _ = app
    cookie = "; ".join(f"{each.name}={each.value}" for each in Visitor(*app).http.cookies.jar)

    def trickle() -> bytes:
        with raw(url) as line:
            head = "POST /gradio_api/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n"
            kind = "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: "
            line.sendall(f"{head}Cookie: {cookie}\r\n{kind}".encode())
            for _ in range(2 * PATIENCE):
                with suppress(TimeoutError):
                    line.settimeout(1)
                    return line.recv(9000)
                line.sendall(b"x")
        return b""

    def wait() -> bytes:
        with raw(url) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            line.settimeout(2 * PATIENCE)
            return line.recv(9000) or b"closed"

    with ThreadPoolExecutor(2) as pool:
        yield {"trickle": pool.submit(trickle), "wait": pool.submit(wait)}


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file={folder}/secret.txt",
        "/gradio_api/file={folder}/GRADIO_TEMP_DIR/../secret.txt",
        "/gradio_api/file={folder}/GRADIO_TEMP_DIR/%2e%2e/secret.txt",
        "/gradio_api/file={folder}/GRADIO_TEMP_DIR",
        "/gradio_api/file={folder}/log",
        "/gradio_api/file=app.py",
        "/gradio_api/file=styles/photos",
        "/gradio_api/file=styles/presets.toml",
        "/gradio_api/file=styles/photos/lighthouse.jpg/../../presets.toml",
        "/gradio_api/file=/proc/self/environ",
        "/gradio_api/file=//etc/passwd",
        "/gradio_api/file=file:///etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/static/..%2f..%2f..%2froutes.py",
        "/assets/%2e%2e/%2e%2e/%2e%2e/routes.py",
        "/svelte/..%2f..%2f..%2findex.html",
        "/gradio_api/custom_component/x/client/..%2f..%2f/routes.py",
        "/?deep_link=..%2f..%2f..%2fsecret",
        "/%00",
    ],
)
def test_no_file_of_the_server_is_served(visitor: Visitor, path: str) -> None:
    answer = visitor.http.get(path.format(folder=visitor.folder))
    assert answer.status_code in (400, 403, 404) or path.startswith("/?")
    assert "the secret" not in answer.text
    assert "root:" not in answer.text
    assert "import " not in answer.text or path.startswith("/?")


@pytest.mark.parametrize(
    "named",
    [
        {"path": "{folder}/secret.txt", "meta": META},
        {"path": "{folder}/GRADIO_TEMP_DIR/../secret.txt", "meta": META},
        {"path": "{folder}/secret.txt"},
        {"path": "{folder}/secret.txt", "meta": {}},
        {"path": "{folder}/secret.txt", "meta": None},
        {"path": "{folder}/GRADIO_TEMP_DIR", "meta": META},
        {"path": ["{folder}/secret.txt"], "meta": META},
        {"path": "\0", "meta": META},
        {"path": "x" * 5000, "meta": META},
    ],
)
def test_no_file_of_the_server_is_painted(visitor: Visitor, named: dict[str, Any]) -> None:
    named = json.loads(json.dumps(named).replace("{folder}", str(visitor.folder)))
    assert refused(stylize(visitor, named), "upload it again")


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/x.png", "HTTPS://localhost:{port}/x.png"])
def test_no_address_is_asked(visitor: Visitor, address: str) -> None:
    """The address is one that would hear it."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        named = address.format(port=listener.getsockname()[1])
        assert refused(stylize(visitor, {"path": named, "meta": META}), "Addresses are not fetched")
        assert "no photo" in stylize(visitor, {"path": None, "url": named, "meta": META})
        for way in ("/gradio_api/file=", "/gradio_api/file/", "/gradio_api/proxy="):
            assert visitor.http.get(way + named).status_code in (403, 404)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_data_in_place_of_a_file_is_refused(visitor: Visitor) -> None:
    data = "data:image/png;base64," + "A" * 1000
    assert refused(stylize(visitor, {"path": data, "meta": META}), "upload it")
    assert stylize(visitor, {"path": None, "url": data + "A" * 10_000_000, "meta": META}).count("too large") == 2


def test_bodies_are_bounded(visitor: Visitor) -> None:
    answer = visitor.http.post("/gradio_api/upload", files={"files": ("a.png", bytes(int(LARGEST * 1e6) + 1))})
    assert answer.status_code == 413
    assert speaks_plainly(answer.text, str(visitor.folder))
    with raw(visitor.url) as line:
        line.sendall(b"POST /gradio_api/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert line.recv(9000).startswith(b"HTTP/1.1 413")
    parts = (bytes(1_000_000) for _ in range(20))  # which do not say how many they are
    with suppress(httpx.TransportError):  # it hangs up
        assert visitor.http.post("/gradio_api/queue/join", content=parts).status_code == 413


def test_nobody_fills_the_disk(visitor: Visitor) -> None:
    if FULL:
        pytest.skip("the uploads of an hour are 4 GB then")
    answers = []
    for _ in range(25):
        answers.append(visitor.http.post("/gradio_api/upload", files={"files": ("a.bin", bytes(4_900_000))}))
        if answers[-1].status_code != 200:
            break
    assert 15 <= len(answers) <= 21
    assert answers[-1].status_code == 429
    assert "within an hour" in answers[-1].text


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":' + b"[" * 100_000,
        b'{"data":' + b'{"a":' * 50_000,
        b'{"data":[' + b"1," * 1_000_000 + b'1],"fn_index":1,"session_hash":"huge"}',
        b'{"data":[],"fn_index":99999,"session_hash":"forged"}',
        b'{"data":[],"fn_index":-1,"session_hash":"forged"}',
        b'{"data":[],"fn_index":1}',
        b'{"data":[{"path":1e999}],"fn_index":1,"session_hash":["forged"]}',
        b"\xff\xfe",
        b"",
    ],
)
def test_json_of_any_kind_is_answered(visitor: Visitor, body: bytes) -> None:
    answer = visitor.http.post("/gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code < 600
    assert speaks_plainly(answer.text, str(visitor.folder))
    assert visitor.http.get("/gradio_api/queue/status").status_code == 200


def test_forged_sessions_and_events_lead_nowhere(visitor: Visitor) -> None:
    http, forged = visitor.http, "0" * 32
    for path in (f"queue/data?session_hash={forged}", f"call/stylize/{forged}"):
        with suppress(httpx.RemoteProtocolError), http.stream("GET", f"/gradio_api/{path}") as told:  # it hangs up
            assert "error" in next(told.iter_text())
    assert http.post(f"/gradio_api/stream/{forged}", json={"data": []}).status_code == 404
    assert http.post(f"/gradio_api/stream/{forged}/close").status_code == 404
    body = {"session_hash": forged, "fn_index": 0, "event_id": forged}
    assert http.post("/gradio_api/cancel", json=body).json() == {"success": True}
    assert http.get(f"/gradio_api/stream/{forged}/0/0/playlist.m3u8").status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("bomb.png", png(60_000, 60_000), "pixels"),
        ("wide.png", png(2**31 - 1, 1), "pixels"),
        ("text.png", png(64, 64, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(3_000_000), 9))), "format"),
        ("profile.png", png(64, 64, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000), 9))), "format"),
        ("short.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0), "pixels"),
        ("page.png", b"<html><script>alert(1)</script>", "format"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>", "format"),
        ("script.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run", "format"),
        ("nothing.png", b"", "empty"),
    ],
)
def test_pictures_that_are_bombs_or_none_are_refused(visitor: Visitor, name: str, data: bytes, words: str) -> None:
    told = stylize(visitor, visitor.upload(name, data))
    assert refused(told, words)
    assert "give a PNG, JPEG" in told


def test_what_is_two_things_at_once_is_never_a_page(visitor: Visitor, tmp_path: Path) -> None:
    script = b"<html><script>alert(document.cookie)</script></html>"
    both = picture(tmp_path / "both.png").read_bytes() + script + zipped(**{"a.html": script})
    for name in ("both.html", "both.svg", "both.png", "both.xhtml"):
        upload = visitor.upload(name, both)
        headers = visitor.http.get(f"/gradio_api/file={upload['path']}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-type"] == "image/png" or headers["content-disposition"].startswith("attachment")


def test_names_of_files_add_no_headers_and_leave_no_folder(visitor: Visitor) -> None:
    for name in ("a\r\nSet-Cookie: x=1", "../../secret.txt", "..", "a%0d%0aX: 1", "😀" * 300, "\\..\\x", ".hidden"):
        answer = visitor.http.post("/gradio_api/upload", files={"files": (name, name.encode())})
        assert speaks_plainly(answer.text)
        if answer.status_code == 200:
            path = Path(answer.json()[0])
            assert path.parents[2] == visitor.folder / "GRADIO_TEMP_DIR"
            served = visitor.http.get(f"/gradio_api/file={path}")
            assert not {"set-cookie", "x"} & set(served.headers)
    assert (visitor.folder / "secret.txt").read_text() == "the secret"


def test_parts_of_files_do_not_repeat_what_was_asked(visitor: Visitor) -> None:
    path = visitor.upload("a.txt", b"text" * 10)["path"]
    part = visitor.http.get(f"/gradio_api/file={path}", headers={"Range": "bytes=0-3", "Authorization": "mine"})
    assert part.text == "text"
    assert not {"authorization", "cookie", "host"} & set(part.headers)


# ZIP files and networks, which only the page takes


def of_many(visitor: Visitor, *files: dict[str, Any]) -> str:
    visitor.trigger("styles", "strength", {}, {"index": 0, "value": None, "selected": True})
    return visitor.trigger("many-files", "many-zip", {"many-files": list(files)})


def test_a_zip_file_of_a_million_entries_is_not_read(visitor: Visitor) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(ENTRIES):
            archive.writestr(f"photo with a long name {number:07}.jpg", b"")
    told = of_many(visitor, visitor.upload("many.zip", file.getvalue()))
    assert any("too many files" in each for each in sentences(told))


def test_nothing_leaves_a_zip_file(visitor: Visitor, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.jpg")
    link.external_attr = 0o120777 << 16
    photo = picture(tmp_path / "a.jpg").read_bytes()
    file = io.BytesIO(zipped(**{"../../../evil.jpg": photo, "good.jpg": photo}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, str(visitor.folder / "secret.txt"))
        archive.writestr("bomb.png", png(60_000, 60_000))
        archive.writestr(str(visitor.folder / "absolute.jpg"), b"no picture")
    told = of_many(visitor, visitor.upload("slip.zip", file.getvalue()))
    assert "1 of 4 painted" in told
    assert speaks_plainly(told)
    assert not list(visitor.folder.rglob("evil.jpg")) + list(visitor.folder.rglob("absolute.jpg"))


class Harm:
    """What writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def networks(folder: Path) -> dict[str, bytes]:
    harm = pickle.dumps({"conv1.bias": Harm(folder / "harm")}, 2)
    older = b"".join(pickle.dumps(each, 2) for each in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
    array = b"\x80\x02cbuiltins\nbytearray\nJ" + struct.pack("<i", 2**31 - 1) + b"\x85R."
    header = json.dumps({"__metadata__": {str(each): "" for each in range(100_000)}}).encode()
    outside = b"\x08\x07" + b"*" + bytes([19]) + b"conv1/../secret.txt"
    return {
        "harm.pth": harm,
        "harm-older.pth": older + harm,
        "harm-zip.pth": zipped(**{"archive/data.pkl": harm, "archive/version": b"3\n"}),
        "memory.pth": older + array,
        "memory-zip.pth": zipped(**{"archive/data.pkl": array + bytes(200), "archive/version": b"3\n"}),
        "endless.safetensors": struct.pack("<Q", len(header)) + header,
        "huge.safetensors": struct.pack("<Q", 2**62) + b"{}",
        "outside.onnx": outside,
    }


@pytest.mark.parametrize("name", networks(Path()))
def test_networks_that_do_harm_are_refused(visitor: Visitor, name: str) -> None:
    told = visitor.trigger("own-file", "styles", {"own-file": visitor.upload(name, networks(visitor.folder)[name])})
    assert any("cannot be used" in each for each in sentences(told))
    assert speaks_plainly(told)
    assert not (visitor.folder / "harm").exists()


# Who may ask


def test_nobody_comes_in_without_a_password(app: tuple[str, Path]) -> None:
    with httpx.Client(base_url=app[0], timeout=60) as stranger:
        for path in ("config", "gradio_api/info", "gradio_api/file=x", "gradio_api/queue/data?session_hash=x"):
            assert stranger.get(f"/{path}").status_code == 401
        assert stranger.post("/gradio_api/upload", files={"files": ("a", b"a")}).status_code == 401
        assert stranger.post("/gradio_api/call/stylize", json={"data": []}).status_code == 401
        assert stranger.post("/login", data={"username": "ann", "password": "two"}).status_code == 400
        assert '"components":[]' in stranger.get("/").text


@pytest.mark.parametrize("path", ["monitoring", "monitoring/summary", "openapi.json", "docs", "pwa_icon/9"])
def test_what_the_page_does_not_need_is_closed(visitor: Visitor, path: str) -> None:
    assert visitor.http.get(f"/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["runs", "vibe-edit", "vibe-code", "process_recording", "component_server", "deep_link", "dev/reload", "mcp/sse"],
)
def test_what_else_gradio_offers_is_closed(visitor: Visitor, path: str) -> None:
    for answer in (visitor.http.get(f"/gradio_api/{path}"), visitor.http.post(f"/gradio_api/{path}", json={})):
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is nothing here."


def test_other_pages_are_told_nothing(visitor: Visitor) -> None:
    http, other = visitor.http, {"Origin": "https://evil.example", "Host": "nst.example"}
    for answer in (
        http.get("/config", headers=other),
        http.options("/gradio_api/upload", headers={**other, "Access-Control-Request-Method": "POST"}),
        http.post("/gradio_api/queue/join", headers=other, json={}),
        http.post("/gradio_api/queue/join", headers={"Sec-Fetch-Site": "cross-site"}, json={}),
    ):
        assert "access-control-allow-origin" not in answer.headers
        assert answer.request.method == "GET" or answer.status_code == 403
    own = {"Origin": "https://nst.example", "Host": "nst.example", "Sec-Fetch-Site": "same-origin"}
    assert http.post("/gradio_api/reset", headers=own, json={"event_id": "x"}).status_code == 200


def test_a_visitor_who_asks_all_the_time_waits_and_no_other_does(app: tuple[str, Path], visitor: Visitor) -> None:
    greedy = Visitor(*app)
    answers = [greedy.http.get("/gradio_api/queue/status").status_code for _ in range(2 * REQUESTS)]
    assert answers[: REQUESTS // 2] == [200] * (REQUESTS // 2)
    assert answers.count(429) > REQUESTS // 2
    assert visitor.http.get("/gradio_api/queue/status").status_code == 200
    told = greedy.http.post("/gradio_api/queue/join", json={}, headers={"X-Forwarded-For": "1.2.3.4, 198.51.100.250"})
    assert told.status_code == 422  # the proxy says that it is another
    with httpx.Client(base_url=app[0], transport=httpx.HTTPTransport(local_address="127.0.0.5")) as liar:
        answers = [
            liar.get("/gradio_api/startup-events", headers={"X-Forwarded-For": f"203.0.113.{number % 250}"}).status_code
            for number in range(2 * REQUESTS)
        ]
    assert answers.count(429) > REQUESTS // 2


def test_many_connections_leave_room_for_others(app: tuple[str, Path], visitor: Visitor) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(raw(app[0])) for _ in range(CONNECTIONS)]
        for line in lines[::2]:
            line.sendall(b"GET / HT")
        assert visitor.http.get("/config").status_code == 200
        lines[0].settimeout(20)
        assert lines[0].recv(10) == b""  # there are too many of one address


def test_what_comes_too_slowly_is_cut_off(slowly: dict[str, Future[bytes]]) -> None:
    assert slowly["trickle"].result(3 * PATIENCE).startswith(b"HTTP/1.1 408")
    assert slowly["wait"].result(3 * PATIENCE) == b"closed"


def test_after_all_that_a_photo_is_painted_and_nothing_was_told(visitor: Visitor, tmp_path: Path) -> None:
    told = stylize(visitor, visitor.upload("photo.jpg", picture(tmp_path / "photo.jpg").read_bytes()))
    assert "event: complete" in told
    assert speaks_plainly(told)
    assert PROXY not in told
