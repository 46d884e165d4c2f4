"""Many photos: all that can be painted are, whatever else is among them."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from PIL import Image

from nst import StylizeSettings, UserError, stylize
from nst.common.images import open_image, to_bytes
from nst.quick.batch import Photo, photos_in, stylize_all

SETTINGS = StylizeSettings("woodcut", strength=0.8)


@pytest.fixture
def picture(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=95)
    return file.getvalue()


def zipped(path: Path, files: Mapping[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", way) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return path


def from_zip(path: Path) -> list[Photo]:
    return photos_in([(path.name, path)], "pop")


def problem(photo: Photo) -> str:
    (done,) = stylize_all([photo], SETTINGS)
    assert done.photo is photo
    assert done.painting is None
    assert done.problem.endswith(".")
    assert len(done.problem.splitlines()) == 1
    return done.problem


# Names


def test_a_result_is_called_by_its_photo_and_its_style() -> None:
    files = [("my photo.jpg", Path("/somewhere/upload.jpg")), ("no-ending", Path("x"))]
    assert [(photo.name, photo.result) for photo in photos_in(files, "pop")] == [
        ("my photo.jpg", "my photo-pop"),
        ("no-ending", "no-ending-pop"),
    ]


@pytest.mark.parametrize(
    ("names", "style"),
    [
        (["a.jpg", "a.png", "a.webp", "b.jpg"], "pop"),
        (["a.jpg", "A.png"], "pop"),  # which are one file to some file systems
        (["t.jpg", "t.png", "t-2.jpg"], "2"),
        (["t-2.jpg", "t.jpg", "t.png"], "2"),
    ],
)
def test_no_two_results_are_called_the_same(names: list[str], style: str) -> None:
    photos = photos_in([(name, Path(name)) for name in names], style)
    assert [photo.name for photo in photos] == names
    results = [photo.result for photo in photos]
    assert results[0] == f"{Path(names[0]).stem}-{style}"
    assert len({result.lower() for result in results}) == len(names)


def test_many_photos_of_one_name_are_named_quickly() -> None:
    start = time.process_time()
    photos = photos_in([("a.jpg", Path("a.jpg"))] * 20_000, "pop")
    assert time.process_time() - start < 2
    assert len({photo.result for photo in photos}) == len(photos)


@pytest.mark.parametrize("letter", ["a", "ä", "画"])
def test_the_name_of_a_result_can_be_that_of_a_file(tmp_path: Path, letter: str, picture: bytes) -> None:
    photos = from_zip(zipped(tmp_path / "in.zip", {f"{letter * 300}.jpg": picture, f"{letter * 301}.jpg": picture}))
    assert photos[0].result != photos[1].result
    for photo in photos:
        (tmp_path / f"{photo.result}.png").touch()
        assert photo.result.startswith(letter * 40)


# ZIP files


def test_the_photos_in_zip_files_are_found_wherever_they_are(tmp_path: Path, picture: bytes) -> None:
    path = zipped(
        tmp_path / "in.ZIP",
        {
            "b.jpg": picture,
            "trip/": b"",
            "trip/day 1/b.JPEG": picture,
            "trip/album.jpg/": b"",
            "trip/album.jpg/a.png": picture,
            "trip/read me.txt": b"Dear reader",
            "inner.zip": picture,
            "__MACOSX/b.jpg": picture,
            "trip/__MACOSX/._b.jpg": picture,
            ".hidden.jpg": picture,
            ".thumbnails/b.jpg": picture,
            "trip/._b.jpg": picture,
            "jpg": picture,
        },
    )
    loose = tmp_path / "loose.jpg"
    loose.write_bytes(picture)
    photos = photos_in([("loose.jpg", loose), ("in.ZIP", path)], "pop")
    found = {photo.name: photo.result for photo in photos}
    assert found == {
        "loose.jpg": "loose-pop",
        "b.jpg": "b-pop",
        "trip/album.jpg/a.png": "a-pop",
        "trip/day 1/b.JPEG": "b-pop-2",
    }
    assert all(done.painting is not None for done in stylize_all(photos, SETTINGS))


def test_no_result_is_called_by_a_place_elsewhere(tmp_path: Path, picture: bytes) -> None:
    names = ["../../a.jpg", "b/../../b.jpg", "/etc/c.jpg", "//d.jpg", "e.jpg"]
    photos = from_zip(zipped(tmp_path / "in.zip", dict.fromkeys(names, picture)))
    assert {"c-pop", "e-pop"} <= {photo.result for photo in photos} <= {f"{letter}-pop" for letter in "abcde"}


def test_where_there_is_no_photo_it_is_said(tmp_path: Path) -> None:
    for files in ({}, {"read me.txt": b"Dear reader"}, {".a.jpg": b""}):
        with pytest.raises(UserError, match="no photo yet"):
            from_zip(zipped(tmp_path / "in.zip", files))
    with pytest.raises(UserError, match="no photo yet"):
        photos_in([], "pop")


def test_a_zip_file_that_is_none_is_refused_by_its_name(tmp_path: Path, picture: bytes) -> None:
    data = zipped(tmp_path / "in.zip", {"a.jpg": picture, "b.jpg": picture}).read_bytes()
    central = data.index(b"PK\x01\x02")
    for broken in (
        b"",
        b"Dear reader",
        data[: len(data) // 2],
        data[:-20],
        data[:central] + bytes(len(data) - central),
    ):
        (tmp_path / "in.zip").write_bytes(broken)
        with pytest.raises(UserError, match=r"^photos\.zip is not a ZIP file that can be read\.$"):
            photos_in([("photos.zip", tmp_path / "in.zip")], "pop")
    with pytest.raises(UserError, match="can be read"):
        from_zip(tmp_path / "gone.zip")


@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_photo_in_a_zip_file_is_reported(tmp_path: Path, picture: bytes, way: int) -> None:
    path = zipped(tmp_path / "in.zip", {"a.jpg": picture}, way)
    assert next(stylize_all(from_zip(path), SETTINGS)).painting is not None
    data = bytearray(path.read_bytes())
    for start in (35, 45, 200):  # the header of the compressed data, or the data
        path.write_bytes(data[:start] + bytes(byte ^ 0xA5 for byte in data[start : start + 20]) + data[start + 20 :])
        assert "a.jpg" in problem(from_zip(path)[0])


def test_an_encrypted_photo_and_one_in_an_unknown_compression_are_reported(tmp_path: Path, picture: bytes) -> None:
    path = zipped(tmp_path / "in.zip", {"a.jpg": picture})
    data = path.read_bytes()
    for offset, value in ((6, 1), (8, 97)):  # in the local header: flags, way of compression
        changed = bytearray(data)
        for at in (offset, data.index(b"PK\x01\x02") + offset + 2):
            struct.pack_into("<H", changed, at, value)
        path.write_bytes(changed)
        assert problem(from_zip(path)[0]) == "a.jpg cannot be taken out of its ZIP file."


@pytest.mark.parametrize("way", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("claimed", [None, 1000])
def test_no_more_of_a_photo_is_unpacked_than_a_photo_may_have(
    tmp_path: Path, way: int, claimed: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """50 MB of nothing, whether or not the ZIP file says that they are."""
    monkeypatch.setenv("NST_MAX_MEGABYTES", "1")
    path = zipped(tmp_path / "in.zip", {"a.jpg": bytes(50_000_000)}, way)
    if claimed:
        data = bytearray(path.read_bytes())
        for at in (22, data.rindex(b"PK\x01\x02") + 24):
            struct.pack_into("<I", data, at, claimed)
        path.write_bytes(data)
    tracemalloc.start()
    said = problem(from_zip(path)[0])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert said.startswith("a.jpg")
    assert most < 20_000_000


# Paintings


def test_one_bad_photo_does_not_stop_the_rest(tmp_path: Path, picture: bytes) -> None:
    files = {
        "a.jpg": picture,
        "b.jpg": b"Dear reader",
        "c.jpg": picture[: len(picture) // 2],
        "d.jpg": b"",
        "e.jpg": picture,
    }
    photos = from_zip(zipped(tmp_path / "in.zip", files))
    photos.insert(1, photos_in([("gone.png", tmp_path / "gone.png")], "pop")[0])
    done = list(stylize_all(photos, SETTINGS))
    assert [one.photo for one in done] == photos
    assert [one.painting is not None for one in done] == [True, False, False, False, False, True]
    for one in done:
        assert (one.painting is None) == bool(one.problem)
        assert one.painting is not None or one.problem.startswith(one.photo.name)
    expected = stylize(to_bytes(open_image(picture)), SETTINGS)
    assert expected.dtype == torch.uint8
    assert all(torch.equal(done[index].painting, expected) for index in (0, 5))


def test_photos_are_read_one_by_one_as_they_are_asked_for(picture: bytes) -> None:
    read: list[str] = []

    def photo(name: str) -> Photo:
        def data() -> bytes:
            read.append(name)
            return picture

        return Photo(name, name, data)

    paintings = stylize_all(map(photo, "abc"), SETTINGS)
    assert not read
    next(paintings)
    assert read == ["a"]
    next(paintings)
    assert read == ["a", "b"]


def test_photos_are_painted_at_the_size_that_is_asked_for(picture: bytes) -> None:
    for size, shape in ((48, (32, 48)), (144, (96, 144)), (None, (64, 96))):
        (done,) = stylize_all([Photo("a", "a", lambda: picture)], StylizeSettings(size=size))
        assert done.painting is not None
        assert done.painting.shape[2:] == shape
