"""Which way imports point: every module is read, and any other arrow fails."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("postings", "scraper", "web", "commands", "migrations")
#: Our packages each may import, beside itself.
MAY = {
    "postings": {"migrations"},
    "scraper": {"postings"},
    "web": {"postings"},
    "commands": {"postings", "scraper", "web"},
    "migrations": {"postings"},
}
#: Libraries that stay in the packages named.
ONLY_IN = {
    "scrapy": {"scraper"},
    "feedparser": {"scraper"},
    "apscheduler": {"scraper"},
    "procrastinate": {"scraper", "migrations"},
    "flask": {"web"},
    "sqlalchemy": {"postings", "migrations"},
    "alembic": {"postings", "migrations"},
}
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The top names a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_the_right_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    names = imported(path)
    ours = names & set(PACKAGES) - {package}
    assert ours <= MAY[package]
    assert {name for name in names if package not in ONLY_IN.get(name, {package})} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "scraper/spiders").glob("*.py")), ids=lambda path: path.stem)
def test_no_spider_imports_another_or_a_pipeline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "scraper.spiders" not in text
    assert "pipelines" not in text
