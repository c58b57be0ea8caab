"""``climate-jobs tag`` and ``climate-jobs evaluate``: tags for postings in a file, and how right they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from commands.telling import print_json, print_table, refuse
from postings import directory, names, solutions
from postings.evaluation import Judged, report
from postings.figures import published
from postings.posting import Tag
from postings.tagger import Tagger

_SHOWN_ERRORS = 10


@dataclass(slots=True)
class _Rows:
    """The readable rows of a JSONL file; what is wrong with the others is kept, and said at once if so wanted."""

    file: BinaryIO
    at_once: bool = True
    refused: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, line in enumerate(self.file, 1):
            if not line.strip():
                continue
            try:
                yield number, _posting(line)
            except ValueError as error:
                self.refuse(number, str(error))

    def refuse(self, number: int, reason: str) -> None:
        """Name a row that cannot be answered."""
        self.refused.append(f"line {number}: {reason}")
        if self.at_once:
            click.echo(self.refused[-1], err=True)


def _posting(line: bytes) -> dict[str, Any]:
    """Read one row; ValueError where it is no posting."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(row, dict):
        raise ValueError("no JSON object")
    if row.get("id") is None:
        raise ValueError("no id")
    for name in ("title", "text"):
        if not isinstance(row.get(name), str):
            raise ValueError(f"no {name}")
    if not isinstance(row.get("company"), str | None):
        raise ValueError("company is no text")
    return row


@dataclass(slots=True)
class _Reader:
    """Tags rows, with the directory or without."""

    with_directory: bool
    tagger: Tagger = field(default_factory=Tagger.shipped)

    def tags(self, row: dict[str, Any]) -> list[Tag]:
        """The tags of one row."""
        company = row.get("company")
        employer = directory.by_name().get(names.folded(company)) if self.with_directory and company else None
        return self.tagger.tags(title=row["title"], text=row["text"], company=company, employer=employer)


@click.command("tag")
@click.argument("file", metavar="FILE.jsonl|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--no-directory", is_flag=True, help="Go by the text alone, not by what is known of the employer.")
def tag_command(file: Path, no_directory: bool) -> None:
    """Tag postings: a JSON object with id, title, company and text a line; the answers in the same order."""
    reader = _Reader(not no_directory)
    with _opened(file) as lines:
        rows = _Rows(lines)
        for _, row in rows:
            click.echo(orjson.dumps({"id": row["id"], "solutions": [_plain(one) for one in reader.tags(row)]}))
    if rows.refused:
        raise SystemExit(1)


@click.command("evaluate")
@click.argument("file", metavar="FILE.jsonl", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--no-directory", is_flag=True, help="Go by the text alone, not by what is known of the employer.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--write", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="Keep the figures, for the site."
)
def evaluate_command(file: Path, no_directory: bool, as_json: bool, write: Path | None) -> None:
    """Measure the tags of labelled postings: rows as for `tag`, with solutions (the truth) and also_ok."""
    reader = _Reader(not no_directory)
    started = time.perf_counter()
    with _opened(file) as lines:
        rows = _Rows(lines, at_once=False)
        pairs = list(_judged(rows, reader))
    judged = [one for _, one in pairs]
    if not judged:
        refuse(f"{file}: no posting with its solutions")
    for refusal in rows.refused:
        click.echo(refusal, err=True)
    figures = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lexicon": reader.tagger.version,
        "directory": not no_directory,
        "seconds": round(time.perf_counter() - started, 3),
        **report(judged),
    }
    if write:
        other = _Reader(no_directory, reader.tagger)
        otherwise = report([replace(one, tags=other.tags(row)) for row, one in pairs])
        _write(write, published(figures, otherwise))
    if as_json:
        print_json(figures)
    else:
        _print(figures)
    if rows.refused:
        raise SystemExit(1)


def _opened(file: Path) -> Any:
    try:
        return click.open_file(str(file), "rb")
    except OSError as error:
        refuse(f"{file}: {error.strerror}")


def _write(file: Path, figures: dict[str, Any]) -> None:
    try:
        file.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        refuse(f"{file}: {error.strerror}")


def _plain(one: Tag) -> dict[str, Any]:
    return {
        "slug": one.solution,
        "confidence": one.confidence,
        "evidence": [{"where": found.where, "text": found.text} for found in one.evidence],
    }


def _judged(rows: _Rows, reader: _Reader) -> Iterator[tuple[dict[str, Any], Judged]]:
    """The labelled rows, each as it was and as it is judged."""
    for number, row in rows:
        try:
            truth, also_ok = _slugs(row, "solutions"), _slugs(row, "also_ok", needed=False)
        except ValueError as error:
            rows.refuse(number, str(error))
            continue
        judged = Judged(
            ref=str(row["id"]),
            title=row["title"],
            tags=reader.tags(row),
            truth=truth,
            also_ok=also_ok,
            language=row["lang"] if isinstance(row.get("lang"), str) else None,
            hard=row.get("hard") is True,
            employer=row.get("company"),
        )
        yield row, judged


def _slugs(row: dict[str, Any], name: str, *, needed: bool = True) -> frozenset[str]:
    """The solutions a row names under a field; ValueError where one is none of the catalogue."""
    found = row.get(name)
    if found is None and not needed:
        return frozenset()
    if not isinstance(found, list):
        raise ValueError(f"no list of {name}")
    for slug in found:
        if not isinstance(slug, str) or solutions.by_slug(slug) is None:
            raise ValueError(f"no solution: {slug!r}")
    return frozenset(found)


def _print(figures: dict[str, Any]) -> None:
    click.echo(
        f"{figures['postings']} postings, {figures['labels']} labels, lexicon {figures['lexicon']}, "
        f"{'with' if figures['directory'] else 'without'} directory\n"
    )
    parts = {
        "micro": figures["micro"],
        "strict": figures["strict"],
        "macro": figures["macro"],
        "no solution": figures["no_solution"],
        "hard": figures["hard"],
        **figures["languages"],
    }
    _print_scores("", parts)
    low, high = figures["interval"]
    click.echo(
        f"\nMicro F1 lies between {_number(low)} and {_number(high)} for other such employers. "
        f"Exact match {_number(figures['exact_match'])}. "
        f"Wrong tag on {_number(figures['no_solution']['wrong_tag'])} of those without a solution.\n"
    )
    _print_scores("solution", figures["solutions"])
    click.echo()
    columns = ("from", "tags", "confidence", "right")
    rows = [[_number(row[column]) for column in columns] for row in figures["reliability"]]
    print_table(("confidence from", "tags", "mean confidence", "right"), rows)
    _print_errors(figures["errors"])


def _print_scores(head: str, scores: dict[str, dict[str, Any]]) -> None:
    columns = ("precision", "recall", "f1", "right", "wrong", "missed")
    rows = [[name, *(_number(score.get(column)) for column in columns)] for name, score in scores.items()]
    print_table((head, *columns), rows)


def _print_errors(errors: dict[str, list[dict[str, Any]]]) -> None:
    """The worst errors, a line each, with the exact words."""
    for error in errors["wrong"][:_SHOWN_ERRORS]:
        words = ", ".join(f"{found['where']}: {found['text']}" for found in error["evidence"])
        click.echo(f"wrong: {error['id']} {error['title']} → {error['solution']} {error['confidence']:.2f} ({words})")
    for error in errors["missed"][:_SHOWN_ERRORS]:
        click.echo(f"missed: {error['id']} {error['title']} → {error['solution']}")


def _number(value: float | int | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
