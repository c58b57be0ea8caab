"""Settings about tags that cannot be used: one line at the start, exit 2, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import main

COMMANDS = ["crawl", "retag", "serve", "up", "schedule"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("variable", "said", "line"),
    [
        ("CLIMATE_JOBS_CONFIDENCE", "0.2", "climate-jobs: CLIMATE_JOBS_CONFIDENCE: '0.2' is no number from 0.5 to 1\n"),
        (
            "CLIMATE_JOBS_CONFIDENCE",
            "much",
            "climate-jobs: CLIMATE_JOBS_CONFIDENCE: 'much' is no number from 0.5 to 1\n",
        ),
        (
            "CLIMATE_JOBS_CORRECTIONS",
            "no.csv",
            "climate-jobs: CLIMATE_JOBS_CORRECTIONS: no.csv: No such file or directory\n",
        ),
    ],
)
def test_a_setting_about_tags_that_cannot_be_used_is_refused_at_the_start(
    command: str, variable: str, said: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", f"sqlite:///{tmp_path / 'jobs.db'}")
    monkeypatch.setenv(variable, said)
    done = CliRunner().invoke(main, [command])
    assert (done.exit_code, done.output) == (2, line)
    assert list(tmp_path.iterdir()) == []
