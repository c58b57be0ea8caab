"""What is shipped to operate it fits the program: metrics, commands and settings are those that exist."""

from __future__ import annotations

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT
from prometheus_client.parser import text_string_to_metric_families

from commands import COMMANDS, main
from postings.database import libpq_url
from postings.store import open_store
from web import create_app

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def explained(arguments: list[str]) -> bool:
    """Whether the program knows a command with these options."""
    options = [each for each in arguments if each.startswith("--")]
    words = [each for each in arguments if not each.startswith("--")]
    command = words[:2] if words[0] == "db" else words[:1]
    told = CliRunner().invoke(main, [*command, "--help"])
    return told.exit_code == 0 and all(option in told.stdout for option in options)


def test_every_metric_of_the_dashboard_is_told(postgres_url: str) -> None:
    """Also where nothing has happened yet: a panel without a line hides a name that is wrong."""
    store = open_store(postgres_url, upgrade=True)
    client = create_app(store).test_client()
    client.get("/")
    with psycopg.connect(libpq_url(postgres_url) or "", autocommit=True) as database:
        database.execute(
            "INSERT INTO crawls (source_id, started_at, ended_at, outcome, seen, new, changed, closed, reopened, held) "
            "SELECT min(id), now(), now(), 'failed', 0, 0, 0, 0, 0, 0 FROM sources"
        )
        database.execute(
            "INSERT INTO hosts (host, next_at, wait_until) VALUES ('h.example', now() + %(later)s, now() + %(later)s)",
            {"later": timedelta(hours=1)},
        )
        database.execute("UPDATE hosts SET broken_until = wait_until")
    told = {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }
    dashboard = json.loads((DEPLOY / "grafana" / "climate-jobs.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(asked) >= 20
    for expression in asked:
        names = re.findall(r"climate_jobs_\w+", expression)
        assert names, expression
        assert set(names) <= told.keys(), expression
        for labels in re.findall(r"by \(([^)]*)\)", expression):
            assert {label.strip() for label in labels.split(",")} <= set().union(*(told[name] for name in names))
    store.close()


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_start_commands_that_exist(unit: Path) -> None:
    found = re.search(r"^ExecStart=\S+/climate-jobs (.+)$", unit.read_text(), re.MULTILINE)
    assert found is not None
    assert explained(shlex.split(found[1]))


def test_the_crontab_starts_commands_that_exist() -> None:
    found = re.findall(r"bin/climate-jobs ([^>\n]+)", (DEPLOY / "crontab").read_text())
    assert len(found) == 3
    assert all(explained(shlex.split(each)) for each in found)


def test_the_compose_file_starts_commands_that_exist() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert {"database", "upgrade", "clock", "worker", "site-a", "site-b", "nginx"} == services.keys()
    for name in ("upgrade", "clock", "worker", "site-a", "site-b"):
        assert services[name]["command"][0] in COMMANDS
        assert explained(services[name]["command"])
    served = (DEPLOY / "nginx" / "climate-jobs.conf").read_text()
    assert set(re.findall(r"server (site-\w+):8000", served)) == {name for name in services if name.startswith("site")}


def test_settings_in_examples_are_those_the_readme_explains() -> None:
    known = set(re.findall(r"`(CLIMATE_JOBS_\w+)`", (ROOT / "README.md").read_text()))
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        assert set(re.findall(r"CLIMATE_JOBS_\w+", path.read_text())) <= known, path
