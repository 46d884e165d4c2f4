"""Photos, folders and videos in ready-made styles."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from clips import moving, read, write
from nets import original_state, random_network
from PIL import Image

from nst import StylizeSettings, load_image, stylize
from nst.cli import main
from nst.common.images import read_settings, to_bytes
from nst.quick.presets import presets_in


def test_styles_lists_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles"]) == 0
    printed = capsys.readouterr().out
    assert "starry-night" in printed
    assert "mosaic" in printed


def test_stylize_writes_a_picture_that_carries_its_settings(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = files / "out.png"
    arguments = ["--style", "stained-glass", "--strength", "0.7", "--keep-colors", "--size", "80"]
    assert main(["stylize", str(files / "photo.jpg"), *arguments, "-o", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    with Image.open(out) as picture:
        assert max(picture.size) == 80
    expected = {"style": "stained-glass", "strength": 0.7, "keep_colors": True, "size": 80}
    assert expected.items() <= read_settings(out).items()


def test_a_photo_is_not_enlarged_beyond_the_megapixels_that_are_allowed(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NST_MAX_MEGAPIXELS", "0.01")
    out = files / "out.png"
    assert main(["stylize", str(files / "photo.jpg"), "--size", "1024", "-o", str(out)]) == 2
    assert "photo.jpg would have 0.7 megapixels" in capsys.readouterr().err
    assert not out.exists()


# Many photos


@pytest.fixture
def album(tmp_path: Path, image: Image.Image) -> Path:
    """A folder with three photos, and what is none."""
    (tmp_path / "album" / "more.jpg").mkdir(parents=True)
    for name, turn in (("a.jpg", 0), ("b.png", 90), ("c.JPG", 180)):
        image.rotate(turn, expand=True).save(tmp_path / "album" / name, format="PNG" if "png" in name else "JPEG")
    (tmp_path / "album" / "read me.txt").write_text("Dear reader")
    (tmp_path / "album" / "._a.jpg").write_text("what a Mac leaves behind")
    return tmp_path / "album"


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """When each file was written, and what is in it."""
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def paint_all(source: Path, *more: str) -> int:
    return main(["stylize", str(source), "--style", "woodcut", *more, "-o", str(source.parent / "out")])


def test_a_folder_is_painted_into_a_folder(album: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, before = album.parent / "out", sorted(album.iterdir())
    assert paint_all(album, "--strength", "0.9") == 0
    names = ["a-woodcut.png", "b-woodcut.png", "c-woodcut.png"]
    assert sorted(path.name for path in out.iterdir()) == names
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [str(out / name) for name in names]
    assert len(printed.err.splitlines()) == 1
    for name, size in zip(names, [(96, 64), (64, 96), (96, 64)], strict=True):
        assert {"style": "woodcut", "strength": 0.9}.items() <= read_settings(out / name).items()
        with Image.open(out / name) as picture:
            assert picture.size == size
    alone = album.parent / "alone.png"
    assert main(["stylize", str(album / "a.jpg"), "--style", "woodcut", "--strength", "0.9", "-o", str(alone)]) == 0
    assert alone.read_bytes() == (out / names[0]).read_bytes()
    assert sorted(album.iterdir()) == before


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_what_is_painted_already_is_left_as_it_is(album: Path, capsys: pytest.CaptureFixture[str], format: str) -> None:
    assert paint_all(album, "--format", format) == 0
    first = state(album.parent / "out")
    assert {name.rpartition(".")[2] for name in first} == {format}
    capsys.readouterr()
    assert paint_all(album, "--format", format) == 0
    assert state(album.parent / "out") == first
    printed = capsys.readouterr()
    assert not printed.out
    assert "3 of them were there before" in printed.err


def test_other_settings_are_painted_anew(album: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert paint_all(album) == 0
    before = state(album.parent / "out")
    capsys.readouterr()
    assert paint_all(album, "--strength", "0.5") == 0
    after = state(album.parent / "out")
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in after)
    assert main(["stylize", str(album), "--style", "starry-night", "-o", str(album.parent / "out")]) == 0
    assert {name: state(album.parent / "out")[name] for name in after} == after
    assert len(state(album.parent / "out")) == 6


def test_a_folder_that_is_half_done_is_completed(album: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert paint_all(album) == 0
    out, whole = album.parent / "out", state(album.parent / "out")
    (out / "b-woodcut.png").unlink()
    (out / "c-woodcut.png").write_bytes(whole["c-woodcut.png"][1][:30])  # as on a full disk
    capsys.readouterr()
    assert paint_all(album) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [str(out / "b-woodcut.png"), str(out / "c-woodcut.png")]
    assert {name: data for name, (_, data) in state(out).items()} == {name: data for name, (_, data) in whole.items()}
    assert state(out)["a-woodcut.png"] == whole["a-woodcut.png"]


def test_one_bad_photo_is_told_and_the_rest_are_painted(album: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (album / "b.png").write_text("Dear reader")
    for again in (False, True):
        assert paint_all(album) == 2
        printed = capsys.readouterr()
        assert len(printed.out.splitlines()) == (0 if again else 2)
        said = printed.err.splitlines()
        assert len(said) == 2
        assert said[0].startswith("b.png")
        assert said[1] == f"1 of 3 could not be painted; the others are in {album.parent / 'out'}."
    assert sorted(path.name for path in (album.parent / "out").iterdir()) == ["a-woodcut.png", "c-woodcut.png"]


def test_a_zip_file_is_painted_into_a_folder(album: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = album.parent / "photos.ZIP"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(album / "a.jpg", "trip/a.jpg")
        file.write(album / "b.png", "a.png")
        file.write(album / "._a.jpg", "__MACOSX/trip/._a.jpg")
        file.writestr("trip/broken.jpg", "Dear reader")
    assert paint_all(archive, "--size", "48", "--format", "jpg") == 2
    assert capsys.readouterr().err.startswith("trip/broken.jpg")
    sizes = {}
    for path in (album.parent / "out").iterdir():
        with Image.open(path) as picture:
            sizes[path.name] = picture.size
    assert sizes == {"a-woodcut.jpg": (32, 48), "a-woodcut-2.jpg": (48, 32)}


def test_a_mix_of_styles_is_in_the_names_of_the_results(album: Path) -> None:
    assert paint_all(album, "--second", "storm-wave", "--blend", "0.3") == 0
    assert "a-woodcut-storm-wave.png" in {path.name for path in (album.parent / "out").iterdir()}


@pytest.mark.parametrize(
    ("source", "more", "said"),
    [
        ("empty", [], "no picture"),
        ("gone", [], "does not exist"),
        ("gone.zip", [], "not a ZIP file that can be read"),
        ("broken.zip", [], "not a ZIP file that can be read"),
        ("album", ["--style", "nobody"], "no style 'nobody'"),
        ("album", ["--styles", "nowhere"], "no file, no folder, and no repository"),
        ("album", ["--format", "gif"], "gif"),
        ("album", ["-o", "file.txt"], "cannot be made a folder"),
        ("album", ["-o", "album"], "where the photos are"),
        ("album", ["-o", "album/../album"], "where the photos are"),
    ],
)
def test_many_photos_that_cannot_be_painted_get_one_sentence_and_nothing_is_written(
    album: Path,
    source: str,
    more: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(album.parent)
    Path("empty").mkdir()
    Path("broken.zip").write_text("Dear reader")
    Path("file.txt").touch()
    before = sorted(album.parent.rglob("*"))
    assert main(["stylize", source, "-o", "out.png" if source == "gone" else "out", *more]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert len(printed.err.splitlines()) == 1
    assert not printed.out
    assert sorted(album.parent.rglob("*")) == before


# Styles of one's own


def test_styles_of_ones_own_are_listed(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles"]) == 0
    before = capsys.readouterr().out
    for name, listed in (("", ["two", "three"]), ("net.pth", ["net"]), ("two.safetensors", ["two"])):
        assert main(["styles", "--styles", str(own / name)]) == 0
        printed = capsys.readouterr().out
        assert printed.startswith(before)
        assert [line.split()[0] for line in printed[len(before) :].splitlines()] == listed
    assert main(["styles", "--styles", str(own), "--styles", str(own / "net.pth")]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[-3:]] == ["two", "three", "net"]


def test_a_style_of_ones_own_is_named_by_its_slug_or_by_its_file(files: Path, own: Path) -> None:
    net, two = str(own / "net.pth"), str(own / "two.safetensors")
    pictures = []
    for given in (
        ["--styles", str(own), "--style", "three"],
        ["--styles", net, "--style", "net"],
        ["--style", net],
        ["--styles", str(own), "--style", "two"],
        ["--styles", two, "--style", "two"],
        ["--style", two],
        ["--style", two, "--second", net, "--blend", "0.5"],
        ["--style", "starry-night", "--second", net],
    ):
        assert main(["stylize", str(files / "photo.jpg"), *given, "-o", str(files / "out.png")]) == 0
        with Image.open(files / "out.png") as picture:
            pictures.append(picture.tobytes())
    assert pictures[0] == pictures[1] == pictures[2]
    assert pictures[3] == pictures[4] == pictures[5]
    assert len(set(pictures)) == 4
    assert {"style": "starry-night", "second": "net"}.items() <= read_settings(files / "out.png").items()


def test_two_files_of_one_name_are_two_styles(files: Path, own: Path) -> None:
    other = files / "other" / "net.pth"
    other.parent.mkdir()
    torch.save(original_state(random_network(6)), other)
    pictures = []
    for given in ([own / "net.pth"], [other], [own / "net.pth", "--second", other, "--blend", "0.4"]):
        assert main(["stylize", str(files / "photo.jpg"), "--style", *map(str, given), "-o", str(files / "o.png")]) == 0
        pictures.append(load_image(files / "o.png"))
    assert (pictures[2] - (0.6 * pictures[0] + 0.4 * pictures[1])).abs().max() < 3 / 255
    assert (pictures[0] - pictures[1]).abs().mean() > 0.01


@pytest.mark.parametrize("option", ["--style", "--second", "--styles"])
def test_a_file_that_is_no_network_is_refused_with_what_is(
    files: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stylize", str(files / "photo.jpg"), option, str(files / "text.jpg"), "-o", str(files / "o.png")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("text.jpg cannot be used")
    assert "fast_neural_style" in said
    assert len(said.splitlines()) == 1


# Videos


def test_a_video_is_painted_with_its_sound(tmp_path: Path, own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = write(tmp_path / "in.mp4", moving(6), sound="aac"), tmp_path / "out.mp4"
    before = read(source)
    assert main(["video", str(source), "--style", str(own / "net.pth"), "--size", "48", "-o", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    film = read(out)
    assert np.allclose(film.times, before.times, atol=1e-3)
    assert film.packets == before.packets
    settings = StylizeSettings("net")
    for number, frame in enumerate(film.pictures):
        assert frame.shape == (36, 48, 3)
        seen = to_bytes(Image.fromarray(before.pictures[number]).resize((48, 36))).float() / 255
        painted = stylize(seen, settings, presets_in(own / "net.pth"))
        shown = to_bytes(Image.fromarray(frame)).float() / 255
        assert (shown - painted).abs().mean() < 0.5 * (shown - seen).abs().mean()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["text.jpg", "-o", "out.mp4"], "text.jpg is damaged or not in a format"),
        (["photo.jpg", "-o", "out.mp4"], "photo.jpg"),
        (["missing.mp4", "-o", "out.mp4"], "missing.mp4 does not exist"),
        (["in.mp4", "-o", "out.avi"], "out.avi cannot be saved"),
        (["in.mp4", "-o", "nowhere/out.mp4"], "there is no folder nowhere"),
        (["in.mp4", "--style", "nobody", "-o", "out.mp4"], "no style 'nobody'"),
        (["in.mp4", "--size", "0", "-o", "out.mp4"], "Size cannot be 0"),
        (["in.mp4"], "-o"),
    ],
)
def test_a_video_that_cannot_be_painted_gets_one_sentence_and_nothing_is_written(
    files: Path,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(files)
    write(files / "in.mp4", moving(2))
    before = sorted(files.iterdir())
    assert main(["video", *arguments]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert len(printed.err.splitlines()) == 1
    assert not printed.out
    assert sorted(files.iterdir()) == before
