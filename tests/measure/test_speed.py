import json

import pytest
import torch

from nst.common.runtime import precision
from nst.measure import speed
from nst.measure.speed import JOBS, PLAIN_JOBS, run_job


def test_a_job_prints_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(JOBS) >= {"quick-512", "transformer-512", "custom-512", "reference", *PLAIN_JOBS}
    run_job("quick-512")
    figures = json.loads(capsys.readouterr().out)
    assert figures["seconds"] > 0
    assert figures["megabytes"] > 100


def test_limits_are_those_of_jobs_that_there_are() -> None:
    assert {job for job, _ in (*speed.LIMITS, *speed.PLAIN_LIMITS)} <= set(JOBS)


@pytest.mark.skipif(precision() == torch.float32, reason="here there is no other precision")
def test_a_job_is_run_in_another_precision_than_that_of_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert speed._report("quick-512", torch.float32)["seconds"] > 0
    assert capsys.readouterr().out.startswith("quick at 512, float32 ")


def test_both_precisions_are_held_against_their_own_least(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All jobs together take minutes, so figures are made up: the quick path takes twice as long in fp32."""
    run = []

    def measure(job: str, dtype: torch.dtype) -> dict[str, float]:
        run.append((job, dtype))
        figures = {"camera": "a frame", "start": "first picture", "reference": "300 steps"}
        names = ("first frame", "end") if job.startswith("custom") else (figures.get(job, "seconds"),)
        slow = 12 if "transformer" in job else 2 if dtype == torch.float32 else 1
        return dict.fromkeys(names, float(slow)) | {"megabytes": 1000.0}

    monkeypatch.setattr(speed, "_measure", measure)
    monkeypatch.setattr(speed, "precision", lambda: torch.bfloat16)
    speed.bench()
    printed = capsys.readouterr().out
    assert [job for job, dtype in run if dtype == torch.bfloat16] == list(JOBS)
    assert [job for job, dtype in run if dtype == torch.float32] == list(PLAIN_JOBS)
    assert "quick at 512, bfloat16: 12.0 times as fast as TransformerNet (at least 6)" in printed
    assert "quick at 512, float32: 6.0 times as fast as TransformerNet (at least 4)" in printed
    run.clear()
    monkeypatch.setattr(speed, "precision", lambda: torch.float32)
    speed.bench()
    printed = capsys.readouterr().out
    assert run == [(job, torch.float32) for job in JOBS]
    assert "bfloat16" not in printed
    assert "quick at 512, float32: 6.0 times as fast as TransformerNet (at least 4)" in printed
