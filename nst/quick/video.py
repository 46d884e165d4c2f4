"""Videos: every frame painted, what stands still in them kept still, the sound as it was.

As a tensor a frame is what a picture is in `nst.common.images`: `(1, 3, H, W)`, float32, RGB, in [0, 1].
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from fractions import Fraction
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

import av
import numpy as np
import torch
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from torch import Tensor

from nst.common.errors import UserError
from nst.common.images import Limits
from nst.quick.steadier import Paint, Steadier

S = TypeVar("S", bound=Stream)

# The formats that are opened, and no protocol with them: a playlist, which is a list of other files, is out of reach.
_DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,gif"
_CLOSED = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "none"}
_STILLS = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
_COPIED = ("aac", "mp3", "opus", "alac", "flac")  # sound that MP4 holds as it is, and browsers play
_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)  # Hz
_QUALITY = {"crf": "18", "preset": "veryfast", "bf": "0"}  # frames in the order in which they are shown: exact times
_UNTAGGED_HD = 720  # px of height from which colours are BT.709's where the file does not say; BT.601's below
_UNSPECIFIED = 2  # the colour space of a frame that does not say
_HDR = (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
_SHARP = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_MOST_OBLONG = 4  # that a pixel is: a file that says more is wrong


class PaintedFrame(NamedTuple):
    """One painted frame of a video."""

    frame: int  # from 1
    of: int  # an estimate, where the file does not say; never below `frame`
    seconds_left: float  # an estimate
    picture: Tensor  # (1, 3, H, W) in [0, 1] on the CPU


def paint_video(
    source: Path, out: Path, paint: Paint, size: int | None = None, longest: float | None = None
) -> Generator[PaintedFrame, None, None]:
    """Paints every frame of a video into an MP4 (H.264), with its sound and its timing, yielding each.

    Frames come to `paint` upright, with square pixels, even sides, and a long side of `size` px at most; nothing is
    enlarged. `longest` is in seconds. The MP4 is there, whole, when the iterator ends; closing it earlier ends the work
    and leaves nothing. Raises `UserError` for what is no video, is damaged, or is above `longest` or the megapixels of
    `Limits`, and where `out` cannot be written. Of a video that is cut short, what is there is painted.
    """
    check_video_path(out)
    clock, done = time.monotonic(), 0
    with ExitStack() as stack:
        reel = stack.enter_context(_open(source))
        if longest is not None and reel.seconds > longest:
            raise _too_long(source, f"{math.ceil(10 * reel.seconds) / 10:g}", longest)
        result = stack.enter_context(closing(_Result(out, reel, _shape(reel.first, reel.video, size))))
        steadier = Steadier()
        for item in reel.items:
            if isinstance(item, Packet):
                result.add_sound(item)
                continue
            timing = reel.timing(item)
            if longest is not None and timing.pts * reel.time_base >= longest:
                raise _too_long(source, f"more than {longest:g}", longest)
            picture = steadier.paint(reel.to_tensor(item, result.shape), paint)
            result.add(picture, timing)
            done += 1
            of = max(done, reel.count)
            yield PaintedFrame(done, of, (time.monotonic() - clock) / done * (of - done), picture)
        result.finish()


def check_video_path(path: Path) -> None:
    """Raises `UserError` if `paint_video` could not write there: another ending, or no such folder."""
    if path.suffix.lower() != ".mp4":
        raise UserError(f"{path.name} cannot be saved: its name must end in .mp4.")
    if not path.parent.is_dir():
        raise UserError(f"{path.name} cannot be saved: there is no folder {path.parent}.")


class _Timing(NamedTuple):
    """When a frame is shown, in the time base of its video."""

    pts: int  # from when the video or its sound begins
    duration: int


class _Reel:
    """An opened video."""

    def __init__(self, path: Path, container: InputContainer) -> None:
        self.path, self.container = path, container
        self.converter = VideoReformatter()  # one for all frames, since what it prepares for HDR takes a second
        videos = [stream for stream in container.streams.video if not _is_still(stream)]
        if not videos:
            raise _refusal(path, "holds no video")
        self.video = _default(videos)
        if self.video.codec_context is None or not self.video.time_base:
            raise _refusal(path, "is coded in a way that cannot be read")
        self.time_base = self.video.time_base
        limit = int(Limits().megapixels * 1e6)
        if self.video.width * self.video.height > limit:
            raise _refusal(path, f"has {self.video.width * self.video.height / 1e6:.1f} megapixels")
        # More threads would take their time from the painting.
        self.video.codec_context.thread_count = 1
        self.video.codec_context.options = {"max_pixels": str(limit)}  # should the header have lied
        sounds = [stream for stream in container.streams.audio if stream.codec_context is not None]
        self.sound = _default(sounds) if sounds else None
        self.streams: list[Stream] = [self.video, *([self.sound] if self.sound else [])]
        starts = [
            stream.start_time * stream.time_base
            for stream in self.streams
            if stream.start_time is not None and stream.time_base
        ]
        self.start = min(starts, default=Fraction(0))  # in seconds, of whichever begins first
        self.rate = self.video.average_rate or self.video.guessed_rate or Fraction(25)
        self._step = max(1, round(1 / (self.rate * self.time_base)))
        self._last = -self._step
        # How frames lie is only known from one: the first is decoded here, with the sound that comes before it.
        coming = self._decode()
        early: list[av.VideoFrame | Packet[Stream]] = []
        for item in coming:
            early.append(item)
            if isinstance(item, av.VideoFrame):
                break
        else:
            raise _refusal(path, "holds no frame that can be read")
        self.first = item
        self.items = chain(early, coming)

    @property
    def seconds(self) -> float:
        """How long it is, by what the file says; 0 where it does not."""
        if self.video.duration:
            return float(self.video.duration * self.time_base)
        return (self.container.duration or 0) / av.time_base

    @property
    def count(self) -> int:
        """How many frames it has, by what the file says; 0 where it does not."""
        return self.video.frames or round(self.seconds * self.rate)

    def _decode(self) -> Iterator[av.VideoFrame | Packet[Stream]]:
        with suppress(av.error.FFmpegError):  # where the file is cut short
            for packet in self.container.demux(self.streams):
                if packet.stream is not self.video:
                    yield packet
                elif packet.size:
                    yield from self._frames(packet)
        yield from self._frames(None)

    def _frames(self, packet: Packet[Stream] | None) -> list[av.VideoFrame]:
        try:
            return self.video.decode(packet)
        except av.error.FFmpegError:  # what is damaged is left out, as players do
            return []

    def timing(self, frame: av.VideoFrame) -> _Timing:
        """When the next frame is shown: where the file has no time for it, or one gone by, a step after the last."""
        pts = -1 if frame.pts is None else frame.pts - round(self.start / self.time_base)
        if pts <= max(self._last, -1):
            pts = self._last + self._step
        self._last = pts
        return _Timing(pts, frame.duration or self._step)

    def to_tensor(self, frame: av.VideoFrame, shape: tuple[int, int]) -> Tensor:
        """A decoded frame as `(1, 3, *shape)`: upright, and over white where it was transparent."""
        down, right, swapped = _orientation(frame)
        height, width = reversed(shape) if swapped else shape
        clear = any(component.is_alpha for component in frame.format.components)
        untagged = Colorspace.ITU709 if frame.height >= _UNTAGGED_HD else Colorspace.ITU601
        hdr = frame.color_trc in _HDR
        pixels = self.converter.reformat(
            frame,
            width,
            height,
            "rgba" if clear else "rgb24",
            src_colorspace=untagged if frame.colorspace == _UNSPECIFIED else None,
            interpolation=_SHARP,
            dst_color_trc=ColorTrc.BT709 if hdr else None,
            dst_color_primaries=ColorPrimaries.BT709 if hdr else None,
            threads=1,
        ).to_ndarray()
        picture = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
        if clear:
            picture = torch.ones(()).lerp(picture[:, :3], picture[:, 3:])
        if swapped:
            picture = picture.transpose(2, 3)
        return picture.flip([axis for axis, forward in ((2, down), (3, right)) if not forward]).contiguous()


def _is_still(stream: VideoStream) -> bool:
    """Whether it is a picture, such as a cover, or all that there is in an AVIF or a HEIC file."""
    return bool(stream.disposition & _STILLS) or (stream.frames == 1 and not stream.duration)


def _default(streams: Sequence[S]) -> S:
    return next((stream for stream in streams if stream.disposition & Disposition.default), streams[0])


@contextmanager
def _open(path: Path) -> Iterator[_Reel]:
    """Raises `UserError` for what is no video."""
    with ExitStack() as stack:
        try:
            # FFmpeg gets the file, not its name, which it could take for an address.
            file = stack.enter_context(path.open("rb"))
        except FileNotFoundError as error:
            raise _refusal(path, "does not exist") from error
        except (OSError, ValueError) as error:  # a ValueError is a null byte in the name
            raise _refusal(path, "is not a file that can be opened") from error
        try:
            container = stack.enter_context(av.open(file, "r", options=_CLOSED, metadata_errors="replace"))
        except Exception as error:  # parsers raise whatever they stumble over
            raise _refusal(path, "is damaged or not in a format that can be read") from error
        yield _Reel(path, container)


def _orientation(frame: av.VideoFrame) -> tuple[bool, bool, bool]:
    """Whether rows go down and columns go right when shown, once they have been swapped or not (the third)."""
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return True, True, False
    # Where a column and a row lead to, each by x and y, in fixed-point numbers.
    column_x, column_y, _, row_x, row_y = np.frombuffer(matrix, np.int32)[:5].tolist()
    if abs(column_y) > abs(column_x):
        return column_y > 0, row_x > 0, True
    return row_y >= 0, column_x >= 0, False


def _shape(frame: av.VideoFrame, video: VideoStream, size: int | None) -> tuple[int, int]:
    """Even height and width for the upright frame with square pixels, its long side `size` at most."""
    oblong = float(video.sample_aspect_ratio or 1)  # width of a pixel by its height
    if not 1 / _MOST_OBLONG <= oblong <= _MOST_OBLONG:
        oblong = 1
    sides = [frame.height / min(1, oblong), frame.width * max(1, oblong)]
    long = _even(min(max(sides), size or math.inf))
    height, width = (max(2, min(_even(side), 2 * round(side * long / max(sides) / 2))) for side in sides)
    return (width, height) if _orientation(frame)[2] else (height, width)


def _even(side: float) -> int:
    """The largest even number up to the side, and 2 at least."""
    return max(2, 2 * int(side / 2))


class _Result:
    """The painted video on its way to the disk: in a file beside it, until it is whole."""

    def __init__(self, path: Path, reel: _Reel, shape: tuple[int, int]) -> None:
        """Raises `UserError` where the file cannot be written, as `add` and `finish` do."""
        self.path, self.reel, self.shape = path, reel, shape
        self.converter = VideoReformatter()
        self.partial = path.with_name(f".{uuid4().hex}.partial")
        self.sound: AudioStream | None = None
        try:
            with self._saving():
                self._begin()
        except UserError:
            self.close()
            raise

    def _begin(self) -> None:
        """Writes the header, with the sound copied if it can be, else encoded, else without."""
        ways = [_copy_sound, _encode_sound] if self.reel.sound else []
        for add_sound in (*ways, None):
            # With a protocol before it, no name is taken for an address.
            self.container = av.open(f"file:{self.partial}", "w", "mp4", container_options={"movflags": "+faststart"})
            self.video = _add_video(self.container, self.reel, *self.shape)
            try:
                if add_sound and self.reel.sound:
                    self.sound = add_sound(self.container, self.reel.sound)
                self.container.start_encoding()
                return
            except Exception:  # codecs and muxers raise whatever they stumble over
                self.sound = None
                if not add_sound:
                    raise

    @contextmanager
    def _saving(self) -> Iterator[None]:
        try:
            yield
        except (av.error.FFmpegError, OSError) as error:
            reason = error.strerror or error
            raise UserError(f"{self.path.name} cannot be saved in {self.path.parent}: {reason}.") from error

    def add(self, picture: Tensor, timing: _Timing) -> None:
        """Adds a painted frame `(1, 3, *shape)`."""
        pixels = picture[0].clamp(0, 1).mul(255).round().byte().permute(1, 2, 0).contiguous().numpy()
        frame = self.converter.reformat(
            av.VideoFrame.from_ndarray(pixels),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=_SHARP,
            threads=1,
        )
        frame.pts, frame.duration = timing
        frame.time_base = self.reel.time_base
        with self._saving():
            self.container.mux(self.video.encode(frame))

    def add_sound(self, packet: Packet[Stream]) -> None:
        """Adds a packet of the source's sound. What is broken in it is left out."""
        if self.sound is None or self.reel.sound is None:
            return
        with suppress(Exception):  # codecs and muxers raise whatever they stumble over
            start = round(self.reel.start / packet.time_base)
            if self.sound.codec_context.is_encoder:
                for frame in self.reel.sound.decode(packet):
                    frame.pts = None if frame.pts is None else frame.pts - start
                    self.container.mux(self.sound.encode(frame))
            elif packet.dts is not None:
                packet.dts -= start
                packet.pts = packet.dts if packet.pts is None else packet.pts - start
                packet.stream = self.sound
                self.container.mux(packet)

    def finish(self) -> None:
        """Puts the result, which is whole now, in its place."""
        if self.sound is not None and self.sound.codec_context.is_encoder:
            with suppress(Exception):
                self.container.mux(self.sound.encode(None))
        with self._saving():
            self.container.mux(self.video.encode(None))
            self.container.close()
            self.partial.replace(self.path)

    def close(self) -> None:
        """Leaves nothing on the disk but a whole result."""
        with suppress(OSError):  # it is gone where all went well
            self.partial.unlink()
        with suppress(av.error.FFmpegError):  # the file is gone, which spares the work of putting it in order
            self.container.close()


def _add_video(container: OutputContainer, reel: _Reel, height: int, width: int) -> VideoStream:
    video = container.add_stream("libx264", rate=reel.rate, options=_QUALITY)
    video.width, video.height, video.pix_fmt = width, height, "yuv420p"
    context = video.codec_context
    context.time_base = reel.time_base
    context.thread_count = 1
    context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return video


def _copy_sound(container: OutputContainer, sound: AudioStream) -> AudioStream:
    """Raises whatever PyAV does, or `ValueError`, for sound that is to be encoded anew."""
    if sound.codec_context.codec.canonical_name not in _COPIED:
        raise ValueError
    # A header that is broken would only be found at the very end; in a fragmented MP4 it is at once.
    with av.open(BytesIO(), "w", "mp4", container_options={"movflags": "empty_moov"}) as trial:
        trial.add_stream_from_template(sound)
        trial.start_encoding()
    return container.add_stream_from_template(sound)


def _encode_sound(container: OutputContainer, sound: AudioStream) -> AudioStream:
    rate = sound.codec_context.sample_rate
    mono = sound.codec_context.layout.nb_channels == 1
    return container.add_stream(
        "aac", rate=rate if rate in _AAC_RATES else 48000, layout="mono" if mono else "stereo", bit_rate=192_000
    )


def _refusal(path: Path, wrong: str) -> UserError:
    return UserError(
        f"{path.name} {wrong}: give an MP4, MOV, WebM, MKV, AVI, MPEG or GIF video of at most "
        f"{Limits().megapixels:g} megapixels."
    )


def _too_long(path: Path, seconds: str, longest: float) -> UserError:
    return UserError(f"{path.name} is {seconds} seconds long: give a video of at most {longest:g} seconds.")
