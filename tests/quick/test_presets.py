"""The gallery, and what a host adds to it: files of weights, folders, and repositories on the Hub."""

from __future__ import annotations

import base64
import logging
from io import BytesIO
from pathlib import Path

import pytest
import torch
from hub import REVISION, Hub, use_endpoint
from huggingface_hub import constants
from nets import base_that_ships, original_state, random_network, random_style, write_style
from PIL import Image
from torch import Tensor

from nst import StylizeSettings, UserError, stylize
from nst.common.weights import ASSETS, STYLES, HubFile, resolve
from nst.quick.checkpoints import load_network, save_style
from nst.quick.networks import StyleNet
from nst.quick.presets import BLANK, catalogue, find, presets_in, to_record

RECORDS = """
[[preset]]
slug = "one"
title = "The first"
artist = "Somebody"
year = "2020"
license = "CC0"
strength = 1.2

[[preset]]
slug = "second"
title = "The second"
file = "nets/two.safetensors"
thumbnail = "small.jpg"

[[preset]]
slug = "own"
title = "My own"
file = "nets/own.pth"
"""
REPO = "someone/styles"
OTHER = "9876543210" * 4  # another commit


def fill(folder: Path, records: str = RECORDS) -> Path:
    """A collection: two styles of one base, a network of another kind, a thumbnail."""
    for name in ("networks", "nets"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "presets.toml").write_text(records, encoding="utf-8")
    write_style(folder / "networks" / "one.safetensors", random_style(base="mine"))
    write_style(folder / "nets" / "two.safetensors", random_style(base="mine", number=1))
    torch.save(original_state(random_network()), folder / "nets" / "own.pth")
    Image.new("RGB", (160, 160), "red").save(folder / "small.jpg")
    return folder


def upload(hub: Hub, folder: Path, commit: str = REVISION) -> None:
    """The files of a folder as those of a commit, which all revisions stand for from now on."""
    hub.commit = commit
    for path in folder.rglob("*"):
        if path.is_file():
            hub.files[f"/{REPO}/resolve/{commit}/{path.relative_to(folder)}"] = path.read_bytes()
    hub.files[f"/{REPO}/resolve/main/presets.toml"] = (folder / "presets.toml").read_bytes()


def refusal(source: str | Path) -> str:
    with pytest.raises(UserError) as caught:
        presets_in(source)
    message = str(caught.value)
    assert message.endswith(".")
    assert len(message.splitlines()) == 1
    assert len(message) < 300
    return message


# The gallery


def test_the_catalogue_is_complete() -> None:
    slugs = [preset.slug for preset in catalogue()]
    assert len(slugs) == len(set(slugs))
    for preset in catalogue():
        assert find(preset.slug) is preset
        assert all((preset.title, preset.artist, preset.year, preset.license))
        assert 0 < preset.strength <= 1


def test_every_bundled_preset_has_a_small_network_and_a_thumbnail_of_its_own() -> None:
    for preset in catalogue():
        if preset.bundled:
            assert preset.downloaded
            assert preset.source == STYLES / "networks" / f"{preset.slug}.safetensors"
            assert preset.source.stat().st_size <= 1_000_000
        own = preset.thumbnail == STYLES / "thumbnails" / f"{preset.slug}.jpg"
        assert own or (preset.thumbnail == BLANK and not preset.bundled)
        with Image.open(preset.thumbnail) as image:
            assert min(image.size) >= 160


@pytest.mark.parametrize(("folders", "most"), [(("networks", "thumbnails"), 25e6), ((".", ASSETS), 32e6)])
def test_all_styles_together_are_small_and_all_that_ships(folders: tuple[Path | str, ...], most: float) -> None:
    files = {path for folder in folders for path in (STYLES / folder).rglob("*") if path.is_file()}
    assert sum(path.stat().st_size for path in files) <= most


def test_all_networks_that_ship_can_be_mixed_by_their_weights() -> None:
    """They were all trained from the base that ships, beyond which they can go as well."""
    base = base_that_ships()
    assert base.base
    for path in (STYLES / "networks").iterdir():
        network = load_network(path)
        assert isinstance(network, StyleNet)
        assert (network.base, network.width, network.blocks) == (base.base, base.width, base.blocks), path.name
        assert any(not torch.equal(value, base.state_dict()[key]) for key, value in network.state_dict().items())


# A file of weights


def test_a_file_of_weights_is_a_preset(tmp_path: Path) -> None:
    torch.save(original_state(random_network()), tmp_path / "My Näive_net 2.pth")
    write_style(tmp_path / "Big-Waves.safetensors")
    for name, slug, title in (
        ("My Näive_net 2.pth", "my-n-ive-net-2", "My näive net 2"),
        ("Big-Waves.safetensors", "big-waves", "Big waves"),
    ):
        (preset,) = presets_in(str(tmp_path / name))
        assert (preset.slug, preset.title, preset.source) == (slug, title, tmp_path / name)
        assert preset.downloaded
        assert not preset.bundled


@pytest.mark.parametrize("name", ["梵高", "---", "_"])
def test_a_file_whose_name_has_no_letters_for_a_slug_is_a_preset(tmp_path: Path, name: str) -> None:
    (preset,) = presets_in(write_style(tmp_path / f"{name}.safetensors"))
    assert preset.slug == "style"
    assert preset.title


def test_a_file_that_is_no_weights_is_refused_with_what_is(tmp_path: Path) -> None:
    (tmp_path / "net.pth").write_text("Dear reader")
    with pytest.raises(UserError, match=r"net\.pth cannot be used.*fast_neural_style"):
        presets_in(tmp_path / "net.pth")


def jpeg(size: tuple[int, int], color: str = "teal") -> bytes:
    file = BytesIO()
    Image.new("RGB", size, color).save(file, format="JPEG")
    return file.getvalue()


def test_a_style_file_with_a_record_is_shown_by_it(tmp_path: Path) -> None:
    save_style(tmp_path / "net-7.safetensors", random_style(), to_record("Aunt Mary's Sea", jpeg((160, 120)), 0.8))
    (preset,) = presets_in(tmp_path / "net-7.safetensors")
    assert (preset.slug, preset.title, preset.strength) == ("net-7", "Aunt Mary's Sea", 0.8)
    with Image.open(preset.thumbnail) as image:
        assert image.size == (160, 120)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", ""),
        ("title", "\n\x00 \u202e"),
        ("strength", "much"),
        ("strength", "nan"),
        ("strength", "-1"),
        ("strength", "1e9"),
        ("thumbnail", "no base64"),
        ("thumbnail", base64.b64encode(b"no picture").decode()),
        ("thumbnail", base64.b64encode(jpeg((2400, 2400))).decode()),
        ("thumbnail", "A" * 900_000),
    ],
)
def test_what_a_record_says_that_cannot_be_is_left_out(tmp_path: Path, key: str, value: str) -> None:
    good = to_record("Sea", jpeg((60, 60)), 0.8)
    save_style(tmp_path / "net.safetensors", random_style(), good | {key: value})
    (preset,) = presets_in(tmp_path / "net.safetensors")
    expected = {"title": "Net", "strength": 1.0, "thumbnail": BLANK}
    assert getattr(preset, key) == expected[key]
    assert preset.title == ("Net" if key == "title" else "Sea")
    assert preset.strength == (1.0 if key == "strength" else 0.8)


def test_a_long_title_is_cut(tmp_path: Path) -> None:
    save_style(tmp_path / "net.safetensors", random_style(), to_record("Sea " * 1000, b""))
    assert len(presets_in(tmp_path / "net.safetensors")[0].title) <= 60


def test_a_folder_of_styles_alone_is_a_collection(tmp_path: Path) -> None:
    for name in ("two", "one"):
        save_style(tmp_path / f"{name}.safetensors", random_style(), to_record(name.upper(), b""))
    assert [(preset.slug, preset.title) for preset in presets_in(tmp_path)] == [("one", "ONE"), ("two", "TWO")]


@pytest.mark.parametrize("source", ["nowhere", "../someone/styles", "./someone/styles", "a/b/c", "/a/b", "a b/c", ""])
def test_what_is_nothing_at_all_is_refused_without_asking_the_hub(hub: Hub, source: str) -> None:
    if not Path(source).is_dir():
        assert "no file, no folder, and no repository" in refusal(source)
    assert not hub.asked


# A folder


def test_a_folder_is_a_collection(tmp_path: Path, photo: Tensor) -> None:
    presets = presets_in(fill(tmp_path))
    first, second, own = presets
    assert [preset.slug for preset in presets] == ["one", "second", "own"]
    assert (first.title, first.artist, first.year, first.license) == ("The first", "Somebody", "2020", "CC0")
    assert (first.strength, second.strength) == (1.2, 1)
    assert [preset.thumbnail for preset in presets] == [BLANK, tmp_path / "small.jpg", BLANK]
    files = ["networks/one.safetensors", "nets/two.safetensors", "nets/own.pth"]
    assert [preset.source for preset in presets] == [tmp_path / file for file in files]
    assert all(preset.downloaded and not preset.bundled for preset in presets)
    assert find("own", presets) is own
    painted = [stylize(photo, StylizeSettings(preset.slug), presets) for preset in presets]
    for index, picture in enumerate(painted):
        assert picture.shape == photo.shape
        assert all((picture - other).abs().mean() > 0.01 for other in [photo, *painted[:index]])


def test_a_preset_goes_before_one_of_the_catalogue_with_the_same_slug(tmp_path: Path, photo: Tensor) -> None:
    records = RECORDS.replace('slug = "own"', 'slug = "starry-night"')
    more, settings = presets_in(fill(tmp_path, records)), StylizeSettings("starry-night")
    assert find("starry-night", more).title == "My own"
    assert (stylize(photo, settings, more) - stylize(photo, settings)).abs().mean() > 0.01


@pytest.mark.parametrize(
    ("records", "wrong"),
    [
        ('[[preset]]\nslug = "one"\ntitle = ', "Invalid value"),
        ("", "'preset' is missing"),
        ("preset = 3", "presets.toml"),
        ('preset = ["one"]', "presets.toml"),
        ("a = " + "[" * 10**5, "presets.toml"),
        ('[[preset]]\ntitle = "One"', "'slug' is missing"),
        ('[[preset]]\nslug = "one"', "title"),
        ('[[preset]]\nslug = "One Style"\ntitle = "One"', "'One Style' is not of small letters"),
        ('[[preset]]\nslug = "../one"\ntitle = "One"', "'../one' is not of small letters"),
        ('[[preset]]\nslug = ""\ntitle = "One"', "'' is not of small letters"),
        ('[[preset]]\nslug = 7\ntitle = "One"', "7 is not of small letters"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\ncolour = "red"', "one has colour = 'red'"),
        ('[[preset]]\nslug = "one"\ntitle = 3', "one has title = 3"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nstrength = "1"', "one has strength = '1'"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nstrength = 0', "one has strength = 0"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nstrength = 1.6', "one has strength = 1.6"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nstrength = nan', "one has strength = nan"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nsource = "own.pth"', "source"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nfile = "gone.pth"', "one is in gone.pth, which is not there"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nfile = "nets"', "one is in nets, which is not there"),
        ('[[preset]]\nslug = "none"\ntitle = "None"', "none is in networks/none.safetensors, which is not there"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nstyle = "one"', "one has style = 'one'"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\nfile = 3', "presets.toml"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\ncheckpoint = "a/b"', "presets.toml"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\ncheckpoint = { repo = "a/b" }', "filename"),
        ('[[preset]]\nslug = "one"\ntitle = "One"\ncheckpoint = { repo = "a/b", filename = "n", revision = 1 }', "Hub"),
    ],
)
def test_a_collection_that_does_not_keep_to_the_format_is_refused_with_what_is_wrong(
    tmp_path: Path, records: str, wrong: str
) -> None:
    message = refusal(fill(tmp_path / "mine", records))
    assert message.startswith("mine/presets.toml could not be read: ")
    assert wrong in message


@pytest.mark.parametrize("name", ["../secret.pth", "/etc/secret.pth", "nets/../../secret.pth", "..\\\\secret.pth"])
@pytest.mark.parametrize("key", ["file", "thumbnail"])
def test_no_file_outside_of_a_collection_is_read(tmp_path: Path, key: str, name: str) -> None:
    torch.save(original_state(random_network()), tmp_path / "secret.pth")
    records = f'[[preset]]\nslug = "one"\ntitle = "One"\n{key} = "{name}"'
    assert "is not a file of this collection" in refusal(fill(tmp_path / "mine", records))


@pytest.mark.parametrize(
    "wrong",
    [
        {"filename": "../../../../secret.pth"},
        {"filename": "/etc/secret.pth"},
        {"revision": "../../../.."},
        {"repo": "../someone"},
        {"repo": "a/../b"},
        {"repo": "a"},
    ],
    ids=str,
)
def test_no_checkpoint_is_kept_outside_of_the_cache(tmp_path: Path, wrong: dict[str, str]) -> None:
    checkpoint = {"repo": "a/b", "filename": "net.onnx", "revision": "main"} | wrong
    entries = ", ".join(f'{key} = "{value}"' for key, value in checkpoint.items())
    refusal(fill(tmp_path / "mine", f'[[preset]]\nslug = "one"\ntitle = "One"\ncheckpoint = {{ {entries} }}'))


def test_a_folder_without_records_or_with_broken_ones_is_refused(tmp_path: Path) -> None:
    assert "there is none" in refusal(tmp_path)
    (tmp_path / "presets.toml").write_bytes(b"\xff\xfe")
    assert "could not be read" in refusal(tmp_path)
    (tmp_path / "presets.toml").unlink()
    (tmp_path / "presets.toml").mkdir()
    assert "could not be read" in refusal(tmp_path)


# Those that the environment names


def test_the_collections_of_a_host_are_in_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, photo: Tensor
) -> None:
    fill(tmp_path / "a")
    fill(tmp_path / "broken", "no records")
    again = RECORDS.replace('"own"', '"starry-night"', 1).replace('"second"', '"third"')
    fill(tmp_path / "b", again + '[[preset]]\nslug = "last"\ntitle = "The last"\nfile = "networks/one.safetensors"')
    save = tmp_path / "single net.pth"
    torch.save(original_state(random_network(3)), save)
    sources = [tmp_path / "a", "", tmp_path / "broken", tmp_path / "nowhere", tmp_path / "b", save]
    before = catalogue()
    monkeypatch.setenv("NST_STYLES", " , ".join(map(str, sources)) + ",")
    with caplog.at_level(logging.WARNING):
        after = catalogue()
    assert after[: len(before)] == before
    slugs = [preset.slug for preset in after[len(before) :]]
    assert slugs == ["one", "second", "own", "third", "last", "single-net"]
    assert find("one").source == tmp_path / "a" / "networks" / "one.safetensors"  # the first that had that slug
    assert find("starry-night").bundled
    logged = [record.getMessage() for record in caplog.records]
    assert [any(word in message for message in logged) for word in ("broken", "nowhere", "'one'", "'starry-night'")]
    assert len(logged) == 4
    for slug in ("own", "last", "single-net"):
        assert (stylize(photo, StylizeSettings(slug)) - photo).abs().mean() > 0.01
    assert catalogue() is after


# A repository on the Hub


def test_a_repository_is_listed_from_its_records_and_fetched_when_it_is_used(
    hub: Hub, tmp_path: Path, photo: Tensor
) -> None:
    folder = fill(tmp_path / "mine")
    upload(hub, folder)
    presets = presets_in(REPO)
    first, second, own = presets
    assert [preset.slug for preset in presets] == ["one", "second", "own"]
    assert own.source == HubFile(REPO, "nets/own.pth", REVISION)
    assert second.thumbnail.read_bytes() == (folder / "small.jpg").read_bytes()
    assert (first.thumbnail, own.thumbnail) == (BLANK, BLANK)
    assert not any(preset.downloaded for preset in presets)
    assert not any(path.endswith((".safetensors", ".pth")) for path in hub.asked)
    local = presets_in(folder)
    for preset in (own, second):
        settings = StylizeSettings(preset.slug)
        assert torch.equal(stylize(photo, settings, presets), stylize(photo, settings, local))
        assert preset.downloaded
    assert not first.downloaded


@pytest.mark.parametrize("gone", ["refused", "offline", "never answers"])
def test_without_the_hub_a_repository_is_what_is_in_the_cache(
    hub: Hub, tmp_path: Path, photo: Tensor, gone: str, black_hole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(hub, fill(tmp_path / "mine", RECORDS.replace('slug = "one"', 'slug = "one"\nthumbnail = "small.jpg"')))
    before = presets_in(REPO)
    painted = stylize(photo, StylizeSettings("own"), before)
    if gone == "refused":
        hub.status = 503
    elif gone == "offline":
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    else:
        monkeypatch.setattr("nst.common.weights.PATIENCE", 0.2)
        use_endpoint(monkeypatch, black_hole)
    presets = presets_in(REPO)
    assert presets == before
    assert [preset.downloaded for preset in presets] == [False, False, True]
    assert torch.equal(stylize(photo, StylizeSettings("own"), presets), painted)
    with pytest.raises(UserError, match="The first could not be downloaded"):
        stylize(photo, StylizeSettings("one"), presets)


def test_a_new_commit_is_taken_up_and_an_old_one_can_be_had(hub: Hub, tmp_path: Path) -> None:
    upload(hub, fill(tmp_path / "mine"))
    assert presets_in(REPO)[0].title == "The first"
    upload(hub, fill(tmp_path / "mine", RECORDS.replace("The first", "The newest")), OTHER)
    assert presets_in(REPO)[0].title == "The newest"
    assert presets_in(REPO)[0].source == HubFile(REPO, "networks/one.safetensors", OTHER)
    hub.commit = REVISION
    assert presets_in(f"{REPO}@{REVISION}")[0].title == "The first"


def test_a_repository_that_is_none_is_refused(hub: Hub, tmp_path: Path) -> None:
    assert "404" in refusal("nobody/nothing")
    upload(hub, fill(tmp_path / "mine", '[[preset]]\nslug = "one"\ntitle = "One"\nfile = "../../../x.pth"'))
    assert "is not a file of this collection" in refusal(REPO)
    hub.asked.clear()
    for revision in ("../../x", "/etc", "a\\b"):
        assert "no repository" in refusal(f"{REPO}@{revision}")
    assert not hub.asked


def test_a_broken_repository_does_not_keep_the_gallery_from_opening(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fill(tmp_path / "mine")
    monkeypatch.setenv("NST_STYLES", f"nobody/nothing,{tmp_path / 'mine'}")
    with caplog.at_level(logging.WARNING):
        slugs = [preset.slug for preset in catalogue()]
    assert {"starry-night", "own"} <= set(slugs)
    assert "nobody/nothing" in caplog.text


def test_a_revision_stands_for_what_it_last_was(hub: Hub, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="404"):
        resolve(REPO, "main")
    upload(hub, fill(tmp_path / "mine"))
    assert resolve(REPO, "main") == REVISION
    hub.commit = OTHER
    assert resolve(REPO, "main") == OTHER
    hub.status = 500
    assert resolve(REPO, "main") == OTHER
    with pytest.raises(UserError, match="could not be downloaded"):
        resolve(REPO, "never-asked-for")


def test_a_cache_that_cannot_be_written_to_keeps_no_revision(hub: Hub, cache: Path, tmp_path: Path) -> None:
    upload(hub, fill(tmp_path / "mine"))
    (cache / "models--someone--styles").mkdir(parents=True)
    (cache / "models--someone--styles" / "refs").write_text("no folder")
    assert resolve(REPO, "main") == REVISION
