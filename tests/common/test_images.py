"""Uploads of every kind become the picture that a person sees, and nothing else."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import textwrap
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms
from torch import Tensor

from nst.common.errors import UserError
from nst.common.images import (
    SUFFIXES,
    Limits,
    encode_png,
    fit,
    load_image,
    load_mask,
    open_image,
    read_settings,
    resize,
    save_image,
    to_pil,
    to_tensor,
)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def distance(a: Image.Image, b: Image.Image) -> float:
    """The largest difference of a channel of a pixel, in 0..255."""
    assert a.size == b.size
    return float(np.abs(np.asarray(a, np.float32) - np.asarray(b, np.float32)).max())


def png(header: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of any content, also such as Pillow would not write."""
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, data in ((b"IHDR", header), *chunks, (b"IEND", b"")):
        parts += [struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(kind + data))]
    return b"".join(parts)


# The formats


@pytest.mark.parametrize(
    ("form", "tolerance"),
    [("PNG", 0), ("BMP", 0), ("TIFF", 0), ("JPEG", 12), ("WEBP", 24), ("AVIF", 24), ("HEIF", 24), ("GIF", 60)],
)
def test_each_format_keeps_the_picture(image: Image.Image, form: str, tolerance: float) -> None:
    opened = open_image(encoded(image, form))
    assert opened.mode == "RGB"
    assert distance(opened, image) <= tolerance


def test_every_kind_of_source_is_read(image: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    image.save(path)
    for source in (path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes()), image):
        assert distance(open_image(source), image) == 0
    assert path.suffix in SUFFIXES


def test_formats_without_a_name_here_are_refused(image: Image.Image) -> None:
    for form in ("PPM", "ICO", "TGA", "PCX", "JPEG2000", "EPS"):
        with pytest.raises(UserError, match="format"):
            open_image(encoded(image, form))


# Modes


def test_grey_picture(image: Image.Image) -> None:
    grey = image.convert("L")
    assert distance(open_image(encoded(grey, "PNG")), grey.convert("RGB")) == 0
    assert distance(open_image(encoded(grey, "JPEG", quality=100)), grey.convert("RGB")) <= 2


def test_one_bit_picture(image: Image.Image) -> None:
    bits = image.convert("1")
    assert distance(open_image(encoded(bits, "PNG")), bits.convert("RGB")) == 0


def test_palette_picture(image: Image.Image) -> None:
    palette = image.quantize(64)
    assert distance(open_image(encoded(palette, "PNG")), palette.convert("RGB")) == 0


@pytest.mark.parametrize(
    ("form", "dtype"), [("PNG", "<u2"), ("TIFF", "<u2"), ("TIFF", ">u2"), ("TIFF", "<i4"), ("TIFF", "<f4")]
)
def test_deep_grey_is_scaled_and_not_cut_off(form: str, dtype: str) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    opened = open_image(encoded(Image.fromarray(ramp.astype(dtype)), form))
    assert np.array_equal(np.asarray(opened)[..., 0], np.arange(256).reshape(16, 16))


def test_float_grey_between_zero_and_one() -> None:
    ramp = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)
    ramp[0, 0] = np.nan
    opened = open_image(encoded(Image.fromarray(ramp), "TIFF"))
    assert np.array_equal(np.asarray(opened)[..., 2], np.arange(256).reshape(16, 16))


def test_sixteen_bit_colour_png_with_a_transparent_colour() -> None:
    rows = b"".join(b"\0" + struct.pack(">6H", 65535, 0, 0, 0, 32768, 65535) for _ in range(2))
    data = png(
        struct.pack(">IIBBBBB", 2, 2, 16, 2, 0, 0, 0),
        (b"tRNS", struct.pack(">3H", 1000, 2000, 3000)),
        (b"IDAT", zlib.compress(rows)),
    )
    assert np.abs(np.asarray(open_image(data))[0].astype(int) - [[255, 0, 0], [0, 128, 255]]).max() <= 1


def test_cmyk_without_profile() -> None:
    cyan = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    for form in ("JPEG", "TIFF"):
        red, green, blue = open_image(encoded(cyan, form)).getpixel((4, 4))
        assert red < 10
        assert min(green, blue) > 245


def cmyk_profile() -> bytes:
    """A profile of an odd press: its first ink is red, and any other is black."""
    lab = [(255, 128, 128), *[(0, 128, 128)] * 7, (138, 208, 195), *[(0, 128, 128)] * 7]  # of the 16 corners of CMYK
    identity = struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + identity + bytes(range(256)) * 4
    table += bytes(value for corner in lab for value in corner) + bytes(range(256)) * 3
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    size = 132 + 2 * 12 + len(table) + len(white)
    header = struct.pack(
        ">I4xI4s4s4s12x4s28x3i48x", size, 0x02400000, b"prtr", b"CMYK", b"Lab ", b"acsp", 63190, 65536, 54061
    )
    tags = struct.pack(">I4sII4sII", 2, b"A2B0", 156, len(table), b"wtpt", 156 + len(table), len(white))
    return header + tags + table + white


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_with_a_profile(form: str) -> None:
    data = encoded(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), form, icc_profile=cmyk_profile())
    red, green, blue = open_image(data).getpixel((4, 4))
    assert max(green, blue) < 60 < 200 < red
    paper = encoded(Image.new("CMYK", (8, 8)), form, icc_profile=cmyk_profile())
    assert open_image(paper).getpixel((4, 4)) == (255, 255, 255)


def test_cmyk_with_a_profile_that_does_not_fit_is_read_all_the_same() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    opened = open_image(encoded(Image.new("CMYK", (8, 8), (0, 255, 0, 0)), "JPEG", icc_profile=srgb))
    red, green, blue = opened.getpixel((4, 4))
    assert green < 40 < 200 < min(red, blue)


# Transparency


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparent_pixels_are_white_whatever_they_hide(mode: str) -> None:
    hidden = Image.new("RGBA", (8, 8), (200, 10, 60, 0)).convert(mode)
    form = "TIFF" if mode == "PA" else "PNG"
    source = hidden if mode == "PA" else encoded(hidden, form)
    picture = load_image(source)
    assert torch.equal(picture, torch.ones(1, 3, 8, 8))


def test_half_transparency_is_blended_with_white() -> None:
    opened = open_image(encoded(Image.new("RGBA", (8, 8), (200, 0, 100, 51)), "PNG"))
    assert opened.getpixel((0, 0)) == (244, 204, 224)


def test_premultiplied_pixels_are_taken_for_what_they_mean() -> None:
    straight = Image.new("RGBA", (8, 8), (200, 0, 100, 128))
    assert distance(open_image(straight.convert("RGBa")), open_image(straight)) <= 1
    grey = Image.new("LA", (8, 8), (200, 128))
    assert distance(open_image(grey.convert("La")), open_image(grey)) <= 1


def test_hidden_colours_do_not_bleed_when_shrunk() -> None:
    pixels = np.full((64, 64, 4), (255, 0, 0, 0), np.uint8)
    pixels[:, :32] = (0, 0, 255, 255)
    opened = np.asarray(open_image(encoded(Image.fromarray(pixels), "PNG"), long_side=9)).astype(int)
    assert (opened[..., 0] - opened[..., 1]).max() <= 1  # blue to white: red and green rise together


def test_transparent_palette_entry() -> None:
    palette = Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 200, 100, 50])
    palette.putdata([0, 1])
    for form, transparency in (("PNG", 0), ("PNG", b"\0\xff"), ("GIF", 0)):
        opened = open_image(encoded(palette, form, transparency=transparency))
        assert np.asarray(opened).tolist() == [[[255, 255, 255], [200, 100, 50]]]


def test_transparent_grey_level() -> None:
    grey = Image.fromarray(np.array([[0, 90]], np.uint8))
    opened = open_image(encoded(grey, "PNG", transparency=0))
    assert np.asarray(opened).tolist() == [[[255] * 3, [90] * 3]]


# Animations


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_first_frame_of_an_animation(form: str) -> None:
    first, second = Image.new("RGB", (16, 16), (250, 0, 0)), Image.new("RGB", (16, 16), (0, 0, 250))
    data = encoded(first, form, save_all=True, append_images=[second])
    assert distance(open_image(data), first) <= 8


# Orientation and metadata


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_exif_orientation(image: Image.Image, form: str, orientation: int) -> None:
    # How a camera would store the upright picture so that this orientation shows it upright again.
    inverse = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = image if orientation == 1 else image.transpose(Image.Transpose(inverse[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    opened = open_image(encoded(stored, form, exif=exif.tobytes(), quality=95))
    assert opened.size == image.size
    assert distance(opened, image) < 40
    assert 0x0112 not in opened.getexif()


def test_orientation_of_an_image_in_memory(image: Image.Image) -> None:
    stored = Image.open(io.BytesIO(encoded(image, "JPEG", exif=exif_with_gps(6))))
    assert open_image(stored, 48).size == (32, 48)
    assert stored.size == (96, 64)  # the caller's image is as it was
    assert stored.getexif()[0x0112] == 6


def exif_with_gps(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    return exif.tobytes()


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_nothing_of_the_upload_but_its_pixels_is_saved(image: Image.Image, tmp_path: Path, suffix: str) -> None:
    upload = encoded(image, "JPEG", exif=exif_with_gps(1), comment=b"private", xmp=b"<x:xmpmeta>private</x:xmpmeta>")
    assert b"camera" in upload
    opened = open_image(upload)
    assert opened.info == {}
    save_image(opened, tmp_path / f"result{suffix}")
    with Image.open(tmp_path / f"result{suffix}") as saved:
        assert not saved.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(saved.info)
    assert not any(word in (tmp_path / f"result{suffix}").read_bytes() for word in (b"camera", b"private"))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_is_ignored(image: Image.Image) -> None:
    data = encoded(image, "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + b"\x88" * 40)
    assert open_image(data).size == image.size


# Colour profiles


def wide_gamut_profile() -> bytes:
    """An RGB profile with the primaries of Display P3, made from the sRGB one by writing over its colourants."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    colourants = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    for index in range(struct.unpack_from(">I", data, 128)[0]):
        name, offset, _ = struct.unpack_from(">4sII", data, 132 + 12 * index)
        if name in colourants:
            struct.pack_into(">3i", data, offset + 8, *(round(value * 65536) for value in colourants[name]))
    return bytes(data)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_wide_gamut_colours_are_converted(form: str) -> None:
    options = {"quality": 100, "icc_profile": wide_gamut_profile()}
    if form == "WEBP":
        options["lossless"] = True
    muted = np.array(open_image(encoded(Image.new("RGB", (16, 16), (180, 120, 100)), form, **options)))[8, 8]
    # The same numbers mean a stronger colour in P3, so that sRGB needs more red and less of the others for it.
    assert np.abs(muted.astype(int) - [189, 118, 96]).max() <= 4
    grey = np.array(open_image(encoded(Image.new("RGB", (16, 16), (128, 128, 128)), form, **options)))[8, 8]
    assert np.abs(grey.astype(int) - 128).max() <= 2


def test_profile_and_transparency_together() -> None:
    colour = Image.new("RGBA", (4, 4), (180, 120, 100, 128))
    opened = np.array(open_image(encoded(colour, "PNG", icc_profile=wide_gamut_profile())))[0, 0]
    assert np.abs(opened.astype(int) - [222, 186, 175]).max() <= 3


def test_grey_picture_with_a_colour_profile(image: Image.Image) -> None:
    grey = image.convert("L")
    opened = open_image(encoded(grey, "PNG", icc_profile=wide_gamut_profile()))
    assert distance(opened, grey.convert("RGB")) <= 2


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200, wide_gamut_profile()[:300]])
def test_broken_profile_is_ignored(image: Image.Image, profile: bytes) -> None:
    assert distance(open_image(encoded(image, "PNG", icc_profile=profile)), image) == 0


# What cannot be read


def refusal(source: object) -> str:
    with pytest.raises(UserError) as caught:
        open_image(source)  # type: ignore[arg-type]
    message = str(caught.value)
    assert message.endswith(" MB.")
    assert message.count(". ") == 0  # one sentence
    assert "\n" not in message
    for form in ("PNG", "JPEG", "WebP", "AVIF", "TIFF", "BMP", "GIF", "HEIC"):
        assert form in message
    return message


def test_unreadable_files_are_refused_in_one_sentence(image: Image.Image, tmp_path: Path) -> None:
    jpeg = encoded(image.resize((960, 640)), "JPEG")
    files = {
        "text.jpg": (b"Dear reader, this is no picture.", "text.jpg is not in a format that can be read"),
        "empty.png": (b"", "empty.png is empty"),
        "cut.jpg": (jpeg[: len(jpeg) // 2], "cut.jpg is damaged or cut short"),
        "start.jpg": (jpeg[:20], "start.jpg is not in a format that can be read"),
    }
    for name, (data, wrong) in files.items():
        (tmp_path / name).write_bytes(data)
        message = refusal(tmp_path / name)
        assert message.startswith(wrong)
        assert str(tmp_path) not in message
    assert refusal(tmp_path / "gone.png").startswith("gone.png does not exist")
    assert str(tmp_path) not in refusal(tmp_path)
    assert "not a file that can be opened" in refusal("null\0byte")
    assert refusal(b"").startswith("The picture is empty")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "AVIF", "HEIF", "TIFF", "BMP", "JPEG"])
def test_no_damage_escapes_as_another_error(image: Image.Image, form: str) -> None:
    data = encoded(image, form)
    random = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(data[: random.integers(1, len(data))] if random.random() < 0.5 else data)
        for place in random.integers(0, len(broken), 8):
            broken[place] = random.integers(256)
        with suppress(UserError):
            assert open_image(bytes(broken)).mode == "RGB"


def test_limits(image: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(image, "PNG")
    with pytest.raises(UserError, match=r"at most 0\.001 megapixels"):
        open_image(data, limits=Limits(megapixels=0.001))
    with pytest.raises(UserError, match="too large"):
        open_image(data, limits=Limits(megabytes=0.0001))
    with pytest.raises(UserError, match="megapixels"):
        open_image(image, limits=Limits(megapixels=0.001))
    monkeypatch.setenv("NST_MAX_MEGAPIXELS", "2.5")
    monkeypatch.setenv("NST_MAX_MEGABYTES", "4")
    assert Limits() == Limits(2.5, 4)
    monkeypatch.setenv("NST_MAX_MEGABYTES", "many")
    with pytest.raises(UserError, match="NST_MAX_MEGABYTES"):
        open_image(data)


def test_a_jpeg_above_the_megapixels_is_decoded_smaller(image: Image.Image) -> None:
    large, limits = image.resize((962, 640)), Limits(megapixels=0.2)
    for orientation, size in ((1, (481, 320)), (6, (320, 481))):
        exif = Image.Exif()
        exif[0x0112] = orientation
        small = open_image(encoded(large, "JPEG", exif=exif, quality=95), limits=limits)
        assert small.size == size
    assert open_image(encoded(large, "JPEG"), 300, limits).size == (300, 200)
    expected = large.resize((481, 320)).transpose(Image.Transpose.ROTATE_270)
    assert np.abs(np.subtract(small, expected, dtype=float)).mean() < 3
    for data in (encoded(large, "JPEG", progressive=True), encoded(large, "PNG"), in_three_scans(large)):
        with pytest.raises(UserError, match=r"0\.6 megapixels"):
            open_image(data, limits=limits)
    with pytest.raises(UserError, match=r"0\.6 megapixels"):
        open_image(encoded(large, "JPEG"), limits=Limits(megapixels=0.1))


def in_three_scans(image: Image.Image) -> bytes:
    """A JPEG whose header says so; there need be no pixels in it."""
    data = encoded(image, "JPEG")
    start = data.index(b"\xff\xda")
    return data[:start] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + data[start + 14 :]


def bomb(side: int) -> bytes:
    """A square PNG of one-bit grey whose rows are all alike, made without ever holding the picture."""
    squeeze = zlib.compressobj(9)
    rows = b"\0" * (1 + side // 8) * 100
    body = b"".join(squeeze.compress(rows) for _ in range(side // 100)) + squeeze.flush()
    return png(struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0), (b"IDAT", body))


def test_cost_of_large_uploads(tmp_path: Path) -> None:
    """In a process of its own, whose peak of memory is not that of the tests before."""
    for side in (8000, 12000, 20000):  # above the limit, above what Pillow warns of, above what it refuses
        (tmp_path / f"bomb-{side}.png").write_bytes(bomb(side))
        assert (tmp_path / f"bomb-{side}.png").stat().st_size < 200_000
    Image.new("RGB", (4000, 3000)).save(tmp_path / "photo.jpg")
    Image.new("L", (16320, 12240)).save(tmp_path / "telephone.jpg")
    program = """
        import json, resource, sys, time
        from pathlib import Path
        from nst.common.errors import UserError
        from nst.common.images import open_image

        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

        for path in sorted(Path(sys.argv[1]).iterdir()):
            memory, start, message = peak(), time.process_time(), ""
            try:
                open_image(path, long_side=500)
            except UserError as error:
                message = str(error)
            print(json.dumps([path.name, message, time.process_time() - start, peak() - memory]))
    """
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(program), str(tmp_path)]
    root = Path(__file__).parents[2]
    output = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=120).stdout
    costs = [json.loads(line) for line in output.splitlines()]
    assert len(costs) == 5
    for name, message, seconds, megabytes in costs:
        if name == "photo.jpg":
            assert not message
            assert megabytes < 24  # decoded in full it takes 48
        elif name == "telephone.jpg":
            assert not message
            assert megabytes < 50  # decoded in full it takes 200
        else:
            assert "pixels" in message
            assert seconds < 0.1
            assert megabytes < 50


# Sizes


def test_fit() -> None:
    assert fit(4000, 3000, 512) == (512, 384)
    assert fit(300, 200, 512) == (300, 200)
    assert fit(1, 3000, 100) == (1, 100)
    assert fit(300, 200, 512, enlarge=True) == (512, 341)
    assert fit(4000, 3000, 512, enlarge=True) == (512, 384)
    assert fit(1, 1, 512, enlarge=True) == (512, 512)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_long_side_shrinks_and_never_enlarges(form: str) -> None:
    x, y = np.meshgrid(np.linspace(0, 255, 1001), np.linspace(0, 255, 667))
    large = Image.fromarray(np.stack([x, y, 255 - x], axis=2).astype(np.uint8))
    data = encoded(large, form, quality=95)
    small = open_image(data, long_side=100)
    assert small.size == fit(1001, 667, 100)
    assert distance(small, large.resize(small.size, Image.Resampling.LANCZOS)) <= 6
    assert open_image(data, long_side=5000).size == large.size


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "GIF"])
def test_a_smaller_picture_is_enlarged_to_the_size_that_is_asked_for(image: Image.Image, form: str) -> None:
    data = encoded(image, form, **({"quality": 95} if form in ("JPEG", "WEBP", "HEIF") else {}))
    large = open_image(data, long_side=300, enlarge=True)
    assert large.mode == "RGB"
    assert distance(large.resize(image.size, Image.Resampling.BOX), image) <= (60 if form == "GIF" else 24)
    assert open_image(data, long_side=300).size == image.size
    assert large.size == (300, 200)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_what_is_large_enough_is_opened_as_it_was(image: Image.Image, form: str) -> None:
    data = encoded(image, form)
    for long_side in (40, 96, None):
        assert distance(open_image(data, long_side, enlarge=True), open_image(data, long_side)) == 0


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_a_turned_picture_is_enlarged_upright(image: Image.Image, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(image, "JPEG", exif=exif.tobytes())
    large, own = open_image(data, 200, enlarge=True), open_image(data)
    assert max(large.size) == 200
    assert distance(large.resize(own.size), own) <= 24


@pytest.mark.parametrize("size", [(1, 1), (1, 600), (3000, 4), (7, 5), (17, 16)])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_tiny_and_thin_jpegs_are_enlarged(size: tuple[int, int], mode: str) -> None:
    colour = open_image(encoded(Image.new(mode, size, "teal"), "JPEG")).getpixel((0, 0))
    large = open_image(encoded(Image.new(mode, size, "teal"), "JPEG"), 3100, enlarge=True)
    assert large.size == fit(*size, 3100, enlarge=True)
    assert distance(large, Image.new("RGB", large.size, colour)) <= 2


def test_a_picture_is_not_enlarged_beyond_the_limits() -> None:
    data = encoded(Image.new("RGB", (30, 20)), "PNG")
    with pytest.raises(UserError, match=r"small\.png would have 179\.0 megapixels .* the most is 50"):
        open_image(data, 16384, name="small.png", enlarge=True)
    assert open_image(data, 300, Limits(megapixels=0.06), enlarge=True).size == (300, 200)
    with pytest.raises(UserError, match=r"the most is 0\.05"):
        open_image(data, 300, Limits(megapixels=0.05), enlarge=True)


def test_resize() -> None:
    checks = torch.zeros(1, 3, 64, 64)
    checks[..., ::2, ::2] = checks[..., 1::2, 1::2] = 1
    grey = resize(checks, 8, 16)
    assert grey.shape == (1, 3, 8, 16)
    assert torch.allclose(grey, torch.full_like(grey, 0.5), atol=0.05)  # no moiré
    large = resize(checks, 100, 130)
    assert large.min() >= 0
    assert large.max() <= 1


# Tensors


def test_tensor_and_back(image: Image.Image) -> None:
    picture = to_tensor(image)
    assert picture.shape == (1, 3, 64, 96)
    assert picture.dtype == torch.float32
    assert distance(to_pil(picture), image) == 0
    assert to_pil(torch.tensor([-1.0, 0.5, 2.0]).view(1, 3, 1, 1)).getpixel((0, 0)) == (0, 128, 255)


# Masks


def gradient(width: int = 64, height: int = 48) -> np.ndarray:
    """Levels that rise from left to right."""
    return np.tile(np.linspace(0, 255, width).round().astype(np.uint8), (height, 1))


def test_a_mask_is_how_bright_a_picture_is(tmp_path: Path) -> None:
    grey = Image.fromarray(gradient())
    grey.save(tmp_path / "grey.png")
    grey.convert("RGB").save(tmp_path / "rgb.png")
    grey.convert("RGBA").save(tmp_path / "opaque.png")  # as paint programs save what was painted black and white
    for name in ("grey.png", "rgb.png", "opaque.png"):
        mask = load_mask(tmp_path / name, 64)
        assert mask.shape == (1, 1, 48, 64)
        assert mask.dtype == torch.float32
        assert np.abs(mask[0, 0].numpy() - gradient() / 255).max() < 0.003, name


def test_a_mask_is_how_opaque_a_picture_is_that_has_transparency(tmp_path: Path) -> None:
    levels = gradient()
    bright = Image.fromarray(np.full((48, 64, 3), 200, np.uint8))
    bright.putalpha(Image.fromarray(levels))
    dark = Image.merge("LA", (Image.new("L", (64, 48), 10), Image.fromarray(levels)))
    for image, name in ((bright, "a.png"), (dark, "b.png"), (bright, "c.webp")):
        image.save(tmp_path / name, lossless=True)
        assert np.abs(load_mask(tmp_path / name, 64)[0, 0].numpy() - levels / 255).max() < 0.003, name


def test_a_transparent_palette_entry_is_masked(tmp_path: Path) -> None:
    palette = Image.new("P", (4, 2))
    palette.putpalette([10, 20, 30, 200, 100, 50])
    palette.putdata([0, 0, 1, 1] * 2)
    palette.save(tmp_path / "a.gif", transparency=0)
    assert load_mask(tmp_path / "a.gif", 4)[0, 0].tolist() == [[0, 0, 1, 1]] * 2


@pytest.mark.parametrize("transparent", [False, True])
def test_a_mask_is_upright_and_no_larger_than_asked(tmp_path: Path, transparent: bool) -> None:
    image = Image.fromarray(gradient(640, 480)).convert("RGB")
    if transparent:
        image.putalpha(Image.fromarray(gradient(640, 480)))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    image.save(tmp_path / "turned.png", exif=exif.tobytes())
    mask = load_mask(tmp_path / "turned.png", 64)[0, 0]
    assert mask.shape == (48, 64)
    assert np.abs(mask.numpy() - gradient()[:, ::-1] / 255).max() < 0.02


def test_a_mask_that_is_no_picture_is_refused(image: Image.Image, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_bytes(b"Dear reader, this is no picture.")
    image.putalpha(100)
    (tmp_path / "cut.png").write_bytes(encoded(image, "PNG")[:300])
    for name, wrong in (("text.png", "format"), ("cut.png", "damaged"), ("gone.png", "does not exist")):
        with pytest.raises(UserError, match=f"{name} .*{wrong}"):
            load_mask(tmp_path / name, 64)


# Saving


def test_settings_travel_in_a_png(photo: Tensor, tmp_path: Path) -> None:
    settings = {"style": "Сарьян / 星月夜", "strength": 0.75, "steps": [80, 60], "keep_colors": False}
    path = tmp_path / "result.png"
    save_image(photo, path, settings)
    assert read_settings(path) == settings
    assert torch.equal(load_image(path), photo)
    with Image.open(path) as saved:
        assert json.loads(saved.info["nst"]) == settings
    path.write_bytes(encode_png(photo, settings))
    assert read_settings(path) == settings


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_what_is_only_looked_at_is_lighter(tmp_path: Path, suffix: str) -> None:
    picture = Image.effect_noise((256, 256), 60).convert("RGB")
    save_image(picture, tmp_path / f"kept{suffix}")
    save_image(picture, tmp_path / f"seen{suffix}", light=True)
    kept, seen = ((tmp_path / f"{name}{suffix}").stat().st_size for name in ("kept", "seen"))
    assert seen < kept


def test_files_without_settings(photo: Tensor, tmp_path: Path) -> None:
    save_image(photo, tmp_path / "a.png")
    save_image(photo, tmp_path / "b.jpg", {"style": "lost"})
    (tmp_path / "c.png").write_bytes(b"no picture")
    chunk = (b"tEXt", b"nst\0" + b"[" * 100_000)
    (tmp_path / "d.png").write_bytes(png(struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), chunk))
    for name in ("a.png", "b.jpg", "c.png", "d.png", "gone.png"):
        with pytest.raises(UserError, match=f"{name} carries no settings"):
            read_settings(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "form"), [("a.PNG", "PNG"), ("a.jpg", "JPEG"), ("a.jpeg", "JPEG"), ("a.webp", "WEBP")]
)
def test_the_ending_decides_the_format(photo: Tensor, tmp_path: Path, name: str, form: str) -> None:
    save_image(photo, tmp_path / name)
    with Image.open(tmp_path / name) as saved:
        assert saved.format == form
        assert distance(saved, to_pil(photo)) < 24


def test_a_failure_to_save_leaves_nothing(photo: Tensor, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="must end in"):
        save_image(photo, tmp_path / "a.exe")
    with pytest.raises(UserError, match=r"a\.png cannot be saved"):
        save_image(photo, tmp_path / "nowhere" / "a.png")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(UserError, match=r"folder\.png"):
        save_image(photo, tmp_path / "folder.png")
    with pytest.raises(UserError, match="WebP limit"):
        save_image(Image.new("RGB", (20000, 1)), tmp_path / "wide.webp")
    with pytest.raises(TypeError):
        save_image(photo, tmp_path / "b.png", {"settings": object()})
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


def test_saving_replaces_the_file_at_once(photo: Tensor, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        save_image(photo, path, {"settings": object()})
    assert path.read_bytes() == b"old"
    save_image(photo, path)
    assert path.read_bytes().startswith(b"\x89PNG")
