"""How fast this machine is, beside what the classic programs would take on it.

Each job runs in a process of its own, so that its peak memory is its own, and ratios come from one run.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import torch
from torch import Tensor

from nst.common.encoders import Vgg19
from nst.common.images import save_image, to_bytes, to_pil
from nst.common.losses import gram_matrix
from nst.common.runtime import PRECISION_VARIABLE, device, precision
from nst.custom.optimization import OptimizeSettings, optimize
from nst.quick.camera import Camera
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.networks import TransformerNet
from nst.training.teaching import teach

Figures = dict[str, float]
Limits = Mapping[tuple[str, str], float]  # by job and figure
REFERENCE_STEPS, TIMED_STEPS = 300, 10
LESSONS = 10  # steps of teaching
LIMITS = {
    ("start", "first picture"): 3.5,
    ("quick-512", "seconds"): 0.15,
    ("quick-24", "megabytes"): 1500.0,
    ("custom-512", "first frame"): 1.0,
    ("custom-512", "end"): 9.0,
    ("custom-512", "megabytes"): 1200.0,
    ("custom-2048", "megabytes"): 2500.0,
    ("teach", "a step"): 0.75,
    ("teach", "megabytes"): 1500.0,
}
PLAIN_LIMITS = {
    ("start", "first picture"): 3.5,
    ("custom-512", "first frame"): 1.0,
    ("custom-512", "end"): 14.0,
    ("quick-24", "megabytes"): 2000.0,
    ("teach", "a step"): 1.25,
    ("teach", "megabytes"): 1500.0,
}  # where there is no bfloat16
PLAIN_JOBS = (  # that are run without it as well
    "start", "quick-512", "quick-1080", "quick-6", "quick-24", "camera", "custom-512", "custom-1024", "teach",
)  # fmt: skip
LEAST_RATIO = 45  # of the plain reference's time by the custom path's
LEAST_QUICK_RATIOS = {torch.bfloat16: 6, torch.float32: 4}  # of TransformerNet's time by the quick path's
LEAST_RATE = 8.0  # camera frames a second


def bench() -> None:
    """Prints seconds and peak memory of what there is and of what it is compared with, and the limits it keeps to.

    Where there is bfloat16, the jobs that it matters most for are run without it as well.
    """
    threads, name = torch.get_num_threads(), _name(precision())
    print(f"{device().type}, {threads} threads, {name}, torch {torch.__version__}; limits are for two cores\n")
    print(f"{'':44}{'seconds':>9}{'limit':>7}{'peak MB':>9}{'limit':>7}")
    figures = {job: _report(job, precision()) for job in JOBS}
    plain = figures
    if precision() != torch.float32:
        plain = figures | {job: _report(job, torch.float32) for job in PLAIN_JOBS}
    print()
    for job, megapixels in (("quick-512", 0.26), ("quick-1080", 1.17), ("quick-6", 6), ("quick-24", 24)):
        print(f"{JOBS[job][0]}: {figures[job]['seconds'] / megapixels:.2f} s a megapixel")
    print(f"camera at 320 x 240: {1 / figures['camera']['a frame']:.1f} frames a second (at least {LEAST_RATE:g})")
    for dtype, taken in {precision(): figures, torch.float32: plain}.items():
        for size in (512, 1080):
            ratio = taken[f"transformer-{size}"]["seconds"] / taken[f"quick-{size}"]["seconds"]
            least = LEAST_QUICK_RATIOS[dtype]
            print(f"quick at {size}, {_name(dtype)}: {ratio:.1f} times as fast as TransformerNet (at least {least})")
    ratio = figures["reference"]["300 steps"] / figures["custom-512"]["end"]
    print(f"custom at 512: {ratio:.1f} times as fast as the plain reference (at least {LEAST_RATIO})")


def _report(job: str, dtype: torch.dtype) -> Figures:
    """Runs a job in a precision and prints its figures, which it returns but for the memory."""
    figures = _measure(job, dtype)
    limits = PLAIN_LIMITS if dtype == torch.float32 else LIMITS
    words = JOBS[job][0] + ("" if dtype == precision() else f", {_name(dtype)}")
    memory = f"{figures.pop('megabytes'):9.0f}{_limit(limits, job, 'megabytes')}"
    for key, value in figures.items():
        note = f", {key}" if key != "seconds" else ""
        print(f"{words + note:44}{value:9.2f}{_limit(limits, job, key)}{memory}", flush=True)
    return figures


def _limit(limits: Limits, job: str, key: str) -> str:
    limit = limits.get((job, key))
    return f"{limit:7g}" if limit else " " * 7


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def run_job(job: str) -> None:
    """Runs one job here and prints its figures as JSON."""
    figures = JOBS[job][1]()
    unit = 1 if sys.platform == "darwin" else 1024  # bytes
    print(json.dumps(figures | {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6}))


def _measure(job: str, dtype: torch.dtype) -> Figures:
    code = f"from nst.measure.speed import run_job; run_job({job!r})"
    environment = os.environ | ({PRECISION_VARIABLE: "float32"} if dtype == torch.float32 else {})
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    figures: Figures = json.loads(done.stdout)
    return figures


def _best(work: Callable[[], object], repeats: int = 5) -> float:
    """The least of several times, after one unmeasured run: what disturbs only ever adds."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _picture(size: int, seed: int) -> Tensor:
    """Something with structure at every scale; what it shows costs nothing and changes nothing."""
    generator = torch.Generator().manual_seed(seed)
    layers = [torch.rand((1, 3, 2**n, 2**n), generator=generator) for n in range(2, 8)]
    return torch.stack([torch.nn.functional.interpolate(x, (size, size), mode="bilinear") for x in layers]).mean(0)


def _start() -> Figures:
    """From nothing to a picture on the disk, as the command line gives it."""
    with tempfile.TemporaryDirectory() as folder:
        photo, out = Path(folder, "photo.jpg"), Path(folder, "painted.png")
        save_image(_picture(1024, 0), photo)
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "nst", "stylize", photo, "-o", out], check=True, capture_output=True)
        return {"first picture": time.perf_counter() - begun}


def _quick(width: int, height: int, repeats: int = 5) -> Figures:
    photo = to_bytes(to_pil(_picture(1024, 0)).resize((width, height)))
    return {"seconds": _best(lambda: stylize(photo, StylizeSettings()), repeats)}


def _camera() -> Figures:
    """A frame from file to file, as it comes to the page and goes back, over noise as cameras have it."""
    camera, scene = Camera(), _picture(320, 0)[:, :, :240]
    frames = []
    for seed in range(30):
        noise = torch.randn(scene.shape, generator=torch.Generator().manual_seed(seed))
        file = BytesIO()
        to_pil(scene + 0.01 * noise).save(file, format="JPEG")
        frames.append(file.getvalue())
    camera.paint(frames[0], StylizeSettings())
    begun = time.perf_counter()
    for frame in frames:
        camera.paint(frame, StylizeSettings())
    return {"a frame": (time.perf_counter() - begun) / len(frames)}


@torch.inference_mode()
def _transformer(size: int) -> Figures:
    network, photo = TransformerNet(32).eval(), _picture(size, 0)
    return {"seconds": _best(lambda: network(photo), 3)}


def _custom(size: int) -> Figures:
    photo, painting = _picture(size, 0), _picture(min(size, 1024), 1)
    frames = [frame.seconds for frame in optimize(photo, painting, OptimizeSettings(size=size))]
    return {"first frame": frames[0], "end": frames[-1]}


def _teach() -> Figures:
    """A step of teaching, on the pictures that come with the project."""
    moments = [moment.seconds for moment in teach([_picture(800, 1)], steps=LESSONS)]
    return {"first step": moments[0], "a step": (moments[-1] - moments[0]) / (LESSONS - 1)}


def _reference() -> Figures:
    """Gatys et al. as it stands in tutorials: VGG-19 in fp32, L-BFGS, at full size from the first step to the last.

    Random weights, which cost the same; content at relu4_2, style at relu1_1 to relu5_1.
    """
    widths, weights, inputs = (64, 128, 256, 512, 512), {"input.weight": torch.eye(3)[:, :, None, None]}, 3
    weights["input.bias"] = torch.zeros(3)
    for block, (width, depth) in enumerate(zip(widths, Vgg19.depths, strict=True), 1):
        for index in range(1, depth + 1 if block < 5 else 2):
            weights[f"conv{block}_{index}.weight"] = torch.randn(width, inputs, 3, 3) * (2 / 9 / inputs) ** 0.5
            weights[f"conv{block}_{index}.bias"] = torch.zeros(width)
            inputs = width
    network = Vgg19(weights).eval().requires_grad_(False)
    photo, painting = _picture(512, 0), _picture(512, 1)
    with torch.no_grad():
        content = network(photo, ["relu4_2"])["relu4_2"]
        grams = {name: gram_matrix(value) for name, value in network(painting, network.style_layers).items()}
    picture = photo.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([picture], max_iter=1, tolerance_grad=0, tolerance_change=0)

    def evaluate() -> Tensor:
        optimizer.zero_grad()
        features = network(picture, ["relu4_2", *grams])
        loss = (features["relu4_2"] - content).pow(2).mean()
        for name, gram in grams.items():
            loss = loss + 1e3 * (gram_matrix(features[name]) - gram).pow(2).mean()
        loss.backward()
        return loss

    optimizer.step(evaluate)  # type: ignore[no-untyped-call]
    start = time.perf_counter()
    for _ in range(TIMED_STEPS):
        optimizer.step(evaluate)  # type: ignore[no-untyped-call]
    return {"300 steps": (time.perf_counter() - start) / TIMED_STEPS * REFERENCE_STEPS}


JOBS: dict[str, tuple[str, Callable[[], Figures]]] = {
    "start": ("quick from a cold start", _start),
    "quick-512": ("quick at 512", lambda: _quick(512, 512)),
    "transformer-512": ("TransformerNet, fp32, at 512", lambda: _transformer(512)),
    "quick-1080": ("quick at 1080", lambda: _quick(1080, 1080)),
    "transformer-1080": ("TransformerNet, fp32, at 1080", lambda: _transformer(1080)),
    "quick-6": ("quick at 6 megapixels", lambda: _quick(3000, 2000, 3)),
    "quick-24": ("quick at 24 megapixels", lambda: _quick(6000, 4000, 1)),
    "camera": ("camera at 320 x 240", _camera),
    "custom-256": ("custom at 256", lambda: _custom(256)),
    "custom-512": ("custom at 512", lambda: _custom(512)),
    "custom-1024": ("custom at 1024", lambda: _custom(1024)),
    "custom-2048": ("custom at 2048", lambda: _custom(2048)),
    "custom-4096": ("custom at 4096", lambda: _custom(4096)),
    "teach": ("teaching a style", _teach),
    "reference": ("plain reference at 512", _reference),
}
