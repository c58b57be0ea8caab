"""``climate-jobs export``: the postings, streamed."""

from __future__ import annotations

import contextlib
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import click
import orjson

from commands.telling import refuse, store
from postings import solutions
from postings.as_json import PostingJson, as_json
from postings.kept import Filters

#: A posting as one row: what a table can hold of it.
COLUMNS = (
    *("id", "title", "status", "employer", "url", "apply_url", "locations", "workplace", "employment_type"),
    *("department", "salary_min", "salary_max", "salary_currency", "salary_interval", "language", "posted_at"),
    *("first_seen", "last_seen", "closes_at", "closed_at", "solutions", "source", "ref", "description_text"),
)


@click.command("export")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl", show_default=True)
@click.option("--solution", "slugs", multiple=True, metavar="SLUG", help="Only postings for it; repeatable.")
@click.option("--status", type=click.Choice(["open", "closed", "all"]), default="open", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here, not to standard output.")
def export_command(form: str, slugs: tuple[str, ...], status: str, output: Path | None) -> None:
    """Write the postings out, one at a time, however many there are."""
    for slug in slugs:
        if solutions.by_slug(slug) is None:
            refuse(f"no such solution: {slug}")
    postings = (as_json(kept) for kept in store().postings.every(Filters(solutions=slugs, status=status)))
    if form == "parquet":
        _parquet(postings, output)
        return
    with _opened(output) as file:
        if form == "jsonl":
            for posting in postings:
                file.write(orjson.dumps(posting).decode() + "\n")
        else:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows([_safe(cell) for cell in _flat(posting).values()] for posting in postings)


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        refuse(f"{output}: {error.strerror}")


def _flat(posting: PostingJson) -> dict[str, Any]:
    salary: dict[str, Any] = dict(posting["salary"] or {})
    flat: dict[str, Any] = {
        **posting,
        "employer": posting["employer"]["name"],
        "locations": "; ".join(place["text"] for place in posting["locations"]),
        "solutions": "; ".join(each["slug"] for each in posting["solutions"]),
        "source": f"{posting['source']['kind']}:{posting['source']['key']}",
        "ref": posting["source"]["ref"],
        **{f"salary_{name}": salary.get(name) for name in ("min", "max", "currency", "interval")},
    }
    return {name: flat[name] for name in COLUMNS}


def _safe(cell: Any) -> Any:
    """Keep a spreadsheet from running what an employer wrote."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _parquet(postings: Iterator[PostingJson], output: Path | None) -> None:
    if output is None:
        refuse("parquet needs --output FILE")
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        refuse("parquet needs pyarrow: pip install 'climate-jobs[parquet]'")
    numbers = {"id": pa.int64(), "salary_min": pa.float64(), "salary_max": pa.float64()}
    schema = pa.schema([(name, numbers.get(name, pa.string())) for name in COLUMNS])
    with pq.ParquetWriter(output, schema) as writer:
        batch: list[dict[str, Any]] = []
        for posting in postings:
            batch.append(_flat(posting))
            if len(batch) == 1_000:
                writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
                batch = []
        writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
