"""Short videos, written and read with PyAV."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import torch
import torch.nn.functional as F
from av.video.reformatter import ColorRange, Colorspace, Interpolation

RATE = 48000  # Hz, of all sound here


def moving(count: int, height: int = 48, width: int = 64) -> list[np.ndarray]:
    """Frames with a colour for each corner, and a white bar that goes from left to right."""
    corners = torch.tensor([[[200, 40], [30, 220]], [[60, 180], [40, 220]], [[30, 60], [200, 40]]]).float()
    picture = F.interpolate(corners[None], size=(height, width))[0].byte().permute(1, 2, 0).numpy()
    frames = [picture.copy() for _ in range(count)]
    for index, frame in enumerate(frames):
        frame[:, index * (width - 4) // count :][:, :4] = 255
    return frames


def tone(seconds: float, layout: str = "stereo") -> av.AudioFrame:
    wave = 0.3 * np.sin(np.arange(int(seconds * RATE)) * 440 * 2 * np.pi / RATE)
    channels = 1 if layout == "mono" else 2
    frame = av.AudioFrame.from_ndarray(np.tile(wave.astype(np.float32), (channels, 1)), "fltp", layout)
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    return frame


def write(
    path: Path,
    frames: Sequence[np.ndarray],
    *,
    times: Sequence[int] | None = None,  # of the frames, in 1/25 s
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    format: str = "rgb24",
    colors: tuple[Colorspace, ColorRange] | None = None,
    pixel: Fraction | None = None,
    turn: tuple[float, bool] = (0, False),
    sound: str | None = None,
    layout: str = "stereo",
    late: float = 0,  # seconds by which the picture begins after the sound
) -> Path:
    times = range(len(frames)) if times is None else times
    with av.open(str(path), "w") as file:
        video = file.add_stream(codec, rate=25)
        video.height, video.width = frames[0].shape[:2]
        video.pix_fmt = pix_fmt
        video.codec_context.time_base = Fraction(1, 25)
        if pixel:
            video.codec_context.sample_aspect_ratio = pixel
        if colors:
            video.codec_context.colorspace, video.codec_context.color_range = colors
        if turn != (0, False):
            video.set_display_rotation(turn[0], hflip=turn[1])
        audio = file.add_stream(sound, rate=RATE, layout=layout) if sound else None
        if audio:
            file.mux(audio.encode(tone((times[-1] + 1) / 25 + late, layout)))
        for time_, pixels in zip(times, frames, strict=True):
            frame = av.VideoFrame.from_ndarray(pixels, format)
            if colors:
                frame = frame.reformat(format=pix_fmt, dst_colorspace=colors[0], dst_color_range=colors[1])
            frame.pts, frame.time_base = time_ + round(25 * late), Fraction(1, 25)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        if audio:
            file.mux(audio.encode(None))
    return path


def exact(frame: av.VideoFrame) -> av.VideoFrame:
    flags = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    return frame.reformat(format="rgb24", interpolation=flags)


class Film(NamedTuple):
    times: list[float]  # seconds at which frames are shown
    pictures: list[np.ndarray]
    rate: Fraction
    packets: list[bytes]  # of the sound
    sound_times: list[float]
    codec: str  # of the sound


def read(path: Path) -> Film:
    with av.open(str(path)) as file:
        frames = [(frame.time, exact(frame).to_ndarray()) for frame in file.decode(video=0)]
        rate = file.streams.video[0].average_rate
    packets = []
    with av.open(str(path)) as file:
        codec = file.streams.audio[0].codec_context.codec.canonical_name if file.streams.audio else ""
        if codec:
            packets = [packet for packet in file.demux(audio=0) if packet.size]
        sound_times = [float(packet.pts * packet.time_base) for packet in packets]
        sound = [bytes(packet) for packet in packets]
    return Film([time for time, _ in frames], [picture for _, picture in frames], rate, sound, sound_times, codec)
