import weakref
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import gradio
import numpy as np
import pytest
import torch
from av.stream import Disposition
from av.video.reformatter import ColorRange, Colorspace
from clips import RATE, Film, moving, read, tone, write
from PIL import Image
from torch import Tensor

from nst import UserError
from nst.common.images import to_pil
from nst.quick.video import paint_video

MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"


def same(frame: Tensor) -> Tensor:
    return frame


def result(source: Path, paint: Callable[[Tensor], Tensor] = same, **limits: float | None) -> Film:
    out = source.with_name("out.mp4")
    for _ in paint_video(source, out, paint, **limits):
        pass
    return read(out)


@pytest.mark.parametrize("times", [range(12), [0, 1, 2, 6, 7, 20, 21, 23, 24, 30]])
@pytest.mark.parametrize(
    ("ending", "codec"), [("mp4", "libx264"), ("mkv", "libx264"), ("avi", "mpeg4"), ("ts", "libx264")]
)
def test_every_frame_is_shown_when_it_was(tmp_path: Path, times: Sequence[int], ending: str, codec: str) -> None:
    originals = moving(len(times))
    source = write(tmp_path / f"in.{ending}", originals, times=times, codec=codec)
    film, before = result(source), read(source)
    assert np.allclose(np.subtract(film.times, film.times[0]), np.subtract(before.times, before.times[0]), atol=1e-3)
    assert film.times[0] == 0
    if times == range(12):
        assert film.rate == 25
    for index, picture in enumerate(film.pictures):
        assert np.argmin([np.abs(picture.astype(int) - original).mean() for original in originals]) == index
    assert len(film.pictures) == len(times)
    assert film.codec == ""


def test_progress_counts_up_to_all_frames(tmp_path: Path) -> None:
    source = write(tmp_path / "in.mp4", moving(9))
    frames = list(paint_video(source, tmp_path / "out.mp4", lambda frame: 1 - frame))
    assert [frame.frame for frame in frames] == list(range(1, 10))
    assert {frame.of for frame in frames} == {9}
    assert all(frame.seconds_left > 0 for frame in frames[:-1])
    assert frames[-1].seconds_left == 0
    shown = np.array(to_pil(frames[-1].picture)).astype(int)
    assert np.abs(shown - read(tmp_path / "out.mp4").pictures[-1]).mean() < 6
    assert np.abs(255 - shown - read(source).pictures[-1]).mean() < 6


@pytest.mark.parametrize(
    ("sound", "ending"),
    [("aac", "mp4"), ("aac", "mkv"), ("libmp3lame", "avi"), ("libopus", "mkv"), ("flac", "mkv"), ("alac", "mp4")],
)
def test_sound_that_mp4_holds_stays_byte_for_byte(tmp_path: Path, sound: str, ending: str) -> None:
    source = write(tmp_path / f"in.{ending}", moving(25), sound=sound)
    film, before = result(source), read(source)
    assert film.codec == before.codec
    assert film.packets == before.packets
    assert np.allclose(
        np.subtract(film.sound_times, film.times[0]), np.subtract(before.sound_times, before.times[0]), atol=2e-3
    )


@pytest.mark.parametrize(
    ("sound", "ending", "layout"),
    [
        ("pcm_s16le", "mkv", "stereo"),
        ("pcm_s16le", "avi", "mono"),
        ("adpcm_ima_wav", "avi", "stereo"),
        ("aac", "ts", "mono"),
    ],
)
def test_other_sound_becomes_aac_that_sounds_the_same(tmp_path: Path, sound: str, ending: str, layout: str) -> None:
    source = write(tmp_path / f"in.{ending}", moving(25), sound=sound, layout=layout)
    result(source)
    before, after = (samples(source.with_name(name)) for name in (source.name, "out.mp4"))
    assert after.shape[0] == before.shape[0]
    length = min(before.shape[1], after.shape[1])
    assert length == pytest.approx(RATE, rel=0.05)
    assert np.abs(before[:, 2048 : length - 2048] - after[:, 2048 : length - 2048]).mean() < 0.02  # and in phase


def samples(path: Path) -> np.ndarray:
    with av.open(str(path)) as file:
        resampler = av.AudioResampler("fltp", file.streams.audio[0].layout, RATE)
        return np.concatenate(
            [part.to_ndarray() for frame in file.decode(audio=0) for part in resampler.resample(frame)], axis=1
        )


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_a_picture_that_begins_late_stays_in_time_with_its_sound(tmp_path: Path, ending: str) -> None:
    source = write(tmp_path / f"in.{ending}", moving(10), sound="aac", late=0.4)
    film, before = result(source), read(source)
    assert film.times[0] - film.sound_times[0] == pytest.approx(before.times[0] - before.sound_times[0], abs=2e-3)
    assert film.times[0] == pytest.approx(0.4, abs=0.03)


@pytest.mark.parametrize(("sound", "ending", "codec"), [("mp2", "avi", "mpeg4"), ("aac", "mp4", "libx264")])
def test_broken_sound_does_not_cost_the_picture(tmp_path: Path, sound: str, ending: str, codec: str) -> None:
    source = write(tmp_path / f"in.{ending}", moving(10), codec=codec, sound=sound)
    before = read(source)
    data = source.read_bytes()
    for packet in before.packets:
        data = data.replace(packet, b"\xff" * len(packet))
    source.write_bytes(data)
    assert set(b"".join(read(source).packets)) == {255}
    assert len(result(source).times) == len(before.times)


def test_sound_without_its_header_does_not_cost_the_picture(tmp_path: Path) -> None:
    source = write(tmp_path / "in.mkv", moving(10), sound="libopus")
    source.write_bytes(source.read_bytes().replace(b"\x63\xa2\x93OpusHead", b"\xec\x94" + bytes(9)))  # is void now
    with av.open(str(source)) as file:
        assert file.streams.audio[0].codec_context.extradata is None
    assert len(result(source).times) == 10


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_or_mirrored_video_comes_out_upright(tmp_path: Path, degrees: int, mirrored: bool) -> None:
    upright = moving(1)[0]
    # A player turns it to the left, then mirrors it.
    stored = np.rot90(upright[:, ::-1] if mirrored else upright, -degrees // 90)
    source = write(tmp_path / "in.mp4", [stored] * 3, turn=(degrees, mirrored))
    picture = result(source).pictures[0]
    assert picture.shape == upright.shape
    assert np.abs(picture.astype(int) - upright).mean() < 6


@pytest.mark.parametrize(
    ("pixel", "shape"), [(Fraction(2), (48, 128)), (Fraction(1, 2), (96, 64)), (Fraction(900), (48, 64))]
)
def test_oblong_pixels_come_out_square(tmp_path: Path, pixel: Fraction, shape: tuple[int, int]) -> None:
    source = write(tmp_path / "in.mkv", moving(2), pixel=pixel)
    assert result(source).pictures[0].shape[:2] == shape


@pytest.mark.parametrize("shape", [(49, 65), (48, 65), (65, 48), (1, 1), (2, 99), (240, 320)])
@pytest.mark.parametrize("size", [None, 33, 64, 4000])
def test_sides_are_even_bounded_and_of_the_same_shape(tmp_path: Path, shape: tuple[int, int], size: int | None) -> None:
    source = write(tmp_path / "in.mkv", moving(1, *shape), codec="ffv1", pix_fmt="bgra")
    sides = result(source, size=size).pictures[0].shape[:2]
    bound = min(size or 4000, max(shape))
    for side, original in zip(sides, shape, strict=True):
        assert side % 2 == 0
        assert side <= max(2, original)
        assert abs(side - original * bound / max(shape)) <= 2
    assert max(2, bound - 1) <= max(sides) <= max(2, bound)


@pytest.mark.parametrize("space", [Colorspace.ITU601, Colorspace.ITU709])
@pytest.mark.parametrize("span", [ColorRange.MPEG, ColorRange.JPEG])
def test_colours_stay_what_they_are(tmp_path: Path, space: Colorspace, span: ColorRange) -> None:
    patches = [(200, 60, 30), (30, 180, 60), (20, 40, 220), (255, 255, 255), (0, 0, 0), (128, 128, 128)]
    frame = np.repeat(np.array(patches, np.uint8), 16, axis=0)[None].repeat(48, axis=0)
    source = write(tmp_path / "in.mp4", [frame] * 3, colors=(space, span))
    before, after = (film.pictures[-1] for film in (read(source), result(source)))
    for index, patch in enumerate(patches):
        one, other = (film[8:40, 16 * index + 4 : 16 * index + 12].mean((0, 1)) for film in (before, after))
        assert np.abs(one - other).max() <= 2, patch
        assert np.abs(one - patch).max() <= 3, patch


@pytest.mark.parametrize(
    ("codec", "pix_fmt"),
    [("ffv1", "gray"), ("ffv1", "gray16le"), ("libx264", "yuv420p10le"), ("libx264", "yuv444p"), ("mpeg4", "yuv420p")],
)
def test_grey_and_deep_videos_are_read(tmp_path: Path, codec: str, pix_fmt: str) -> None:
    frame = np.repeat(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], 48, axis=0).repeat(3, axis=2)
    source = write(tmp_path / "in.mkv", [frame] * 3, codec=codec, pix_fmt=pix_fmt)
    assert np.abs(result(source).pictures[-1].astype(int) - frame).mean() < 3


def test_a_transparent_video_is_seen_over_white(tmp_path: Path) -> None:
    clear = np.zeros((48, 64, 4), np.uint8)
    clear[:24] = (200, 60, 30, 255)
    clear[24:] = (0, 0, 255, 0)
    source = write(tmp_path / "in.mkv", [clear] * 2, codec="ffv1", pix_fmt="bgra", format="rgba")
    picture = result(source).pictures[0]
    assert np.abs(picture[2:20] - np.array([200.0, 60, 30])).mean() < 3
    assert picture[28:46].mean() > 252


def test_a_gif_is_a_video_too(tmp_path: Path) -> None:
    frames = [Image.fromarray(pixels) for pixels in moving(5)]
    frames[0].save(tmp_path / "in.gif", save_all=True, append_images=frames[1:], duration=200)
    film = result(tmp_path / "in.gif")
    assert np.allclose(film.times, np.arange(5) / 5)


@pytest.mark.parametrize("after", [0, 1, 4])
def test_closing_ends_the_work_and_leaves_what_was_there(tmp_path: Path, after: int) -> None:
    source = write(tmp_path / "in.mp4", moving(20), sound="aac")
    out = tmp_path / "out.mp4"
    out.write_bytes(b"an older one")
    calls = []
    frames = paint_video(source, out, lambda frame: calls.append(1) or frame)
    for _ in range(after):
        next(frames)
    frames.close()
    assert len(calls) == after
    assert {path.name for path in tmp_path.iterdir()} == {"in.mp4", "out.mp4"}
    assert out.read_bytes() == b"an older one"
    assert next(frames, None) is None


def test_what_goes_wrong_while_painting_leaves_nothing(tmp_path: Path) -> None:
    source = write(tmp_path / "in.mp4", moving(5))
    with pytest.raises(ZeroDivisionError):
        result(source, lambda frame: frame / (1 // 0))
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def refused(source: Path, out: Path | None = None, **limits: float) -> str:
    """The sentence with which a file is refused; nothing is left of the work."""
    folder = sorted(source.parent.iterdir())
    with pytest.raises(UserError) as caught:
        for _ in paint_video(source, out or source.with_name("out.mp4"), same, **limits):
            pass
    assert sorted(source.parent.iterdir()) == folder
    text = str(caught.value)
    assert text.startswith((out or source).name)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_what_is_no_video_is_refused_in_one_sentence(tmp_path: Path) -> None:
    folder, missing = tmp_path / "folder.mp4", tmp_path / "missing.mp4"
    folder.mkdir()
    empty, text, noise = (tmp_path / name for name in ("empty.mp4", "text.mp4", "noise.mp4"))
    empty.touch()
    text.write_text("this is no video\n" * 100)
    noise.write_bytes(np.random.default_rng(0).bytes(20_000))
    pictures = [tmp_path / f"picture.{ending}" for ending in ("png", "jpg", "webp", "avif", "heic", "tiff")]
    for picture in pictures:
        to_pil(torch.rand(1, 3, 64, 64)).save(picture)
    for path in (folder, missing, empty, text, noise, *pictures):
        assert "MP4" in refused(path), path
    assert "does not exist" in refused(missing)


def test_sound_with_a_cover_is_no_video(tmp_path: Path) -> None:
    cover = tmp_path / "cover.jpg"
    to_pil(torch.rand(1, 3, 64, 64)).save(cover)
    for ending, codec in (("mp3", "libmp3lame"), ("mp4", "aac"), ("mkv", "flac")):
        path = tmp_path / f"song.{ending}"
        with av.open(str(path), "w") as file, av.open(str(cover)) as image:
            audio = file.add_stream(codec, rate=RATE)
            if ending == "mkv":
                file.add_attachment(cover.name, "image/jpeg", cover.read_bytes())
            else:
                picture = file.add_stream_from_template(image.streams.video[0], opaque=True)
                picture.disposition = Disposition.attached_pic
                packet = next(image.demux())
                packet.stream = picture
                file.mux(packet)
            file.mux(audio.encode(tone(1)) + audio.encode(None))
        with av.open(str(path)) as file:
            assert len(file.streams.video) == 1
        assert "MP4" in refused(path), ending


def test_a_playlist_opens_no_other_file(tmp_path: Path) -> None:
    real = write(tmp_path / "real.ts", moving(5))
    assert len(result(real).times) == 5
    (tmp_path / "out.mp4").unlink()
    lists = {
        "list.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{real}\n#EXT-X-ENDLIST\n",
        "list.ffconcat": f"ffconcat version 1.0\nfile {real.name}\n",
        "list.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n",
    }
    for name, text in lists.items():
        for disguise in (name, "list.mp4"):
            (tmp_path / disguise).write_text(text)
            assert "MP4" in refused(tmp_path / disguise)


def test_a_file_that_is_cut_short_gives_what_is_there(tmp_path: Path) -> None:
    frames = [np.random.default_rng(index).integers(0, 255, (48, 64, 3), np.uint8) for index in range(40)]
    for ending in ("ts", "mkv", "avi"):
        whole = write(tmp_path / f"whole.{ending}", frames, sound="aac")
        half = tmp_path / f"half.{ending}"
        half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        assert 5 < len(result(half).times) < 35, ending
    whole = write(tmp_path / "whole.mp4", frames)
    half = tmp_path / "half.mp4"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (tmp_path / "out.mp4").unlink()
    assert "damaged" in refused(half)


def test_too_long_is_refused_before_the_work_where_the_file_says_so(tmp_path: Path) -> None:
    source = write(tmp_path / "in.mp4", moving(50), sound="aac")
    assert len(result(source, longest=2).times) == 50
    source.with_name("out.mp4").unlink()
    text = refused(source, longest=1.5)
    assert "2 seconds long" in text
    assert "1.5 seconds" in text


def test_too_long_is_refused_in_the_course_of_the_work_where_it_does_not(tmp_path: Path) -> None:
    source = tmp_path / "live.mkv"
    with (
        av.open(str(write(tmp_path / "in.mp4", moving(50)))) as given,
        av.open(str(source), "w", container_options={"live": "1"}) as live,
    ):
        stream = live.add_stream_from_template(given.streams.video[0])
        for packet in given.demux():
            if packet.size:
                packet.stream = stream
                live.mux(packet)
    with av.open(str(source)) as file:
        assert file.duration is None
    assert len(result(source, longest=2).times) == 50
    source.with_name("out.mp4").unlink()
    assert "more than 1.5 seconds" in refused(source, longest=1.5)


def test_frames_that_are_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "in.mp4", moving(3))
    monkeypatch.setenv("NST_MAX_MEGAPIXELS", "0.002")
    assert "0.002 megapixels" in refused(source)


def test_a_result_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "in.mp4", moving(3))
    assert ".mp4" in refused(source, tmp_path / "out.avi")
    assert "no folder" in refused(source, tmp_path / "nowhere" / "out.mp4")
    folder = tmp_path / "out.mp4"
    folder.mkdir()
    assert "cannot be saved" in refused(source, folder)


def test_memory_stays_the_same_however_long_the_video(tmp_path: Path) -> None:
    source = write(tmp_path / "in.mp4", moving(60), sound="aac")
    alive: list[weakref.ref[Tensor]] = []

    def paint(frame: Tensor) -> Tensor:
        picture = 1 - frame
        alive.extend(map(weakref.ref, (frame, picture)))
        return picture

    most = []
    for frame in paint_video(source, tmp_path / "out.mp4", paint):
        alive.append(weakref.ref(frame.picture))
        most.append(sum(each() is not None for each in alive))
    assert len(most) == 60
    assert max(most[30:]) <= max(most[:30]) <= 6
