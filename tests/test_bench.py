import json

import pytest

from nst.bench import JOBS, run_job


def test_a_job_prints_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(JOBS) >= {"quick-512", "transformer-512", "custom-512", "reference"}
    run_job("quick-512")
    figures = json.loads(capsys.readouterr().out)
    assert figures["seconds"] > 0
    assert figures["megabytes"] > 100
