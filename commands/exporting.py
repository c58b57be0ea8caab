"""``climate-jobs export``: the postings, streamed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import click
import orjson

from commands.telling import refuse, store
from postings import solutions
from postings.as_json import PostingJson, as_json
from postings.as_row import COLUMNS, as_row, csv_lines
from postings.kept import Filters


@click.command("export")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl", show_default=True)
@click.option("--solution", "slugs", multiple=True, metavar="SLUG", help="Only postings for it; repeatable.")
@click.option("--status", type=click.Choice(["open", "closed", "all"]), default="open", show_default=True)
@click.option("--each", is_flag=True, help="Each posting as its source published it, and not each vacancy once.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here, not to standard output.")
def export_command(form: str, slugs: tuple[str, ...], status: str, each: bool, output: Path | None) -> None:
    """Write the postings out, one at a time, however many there are; each vacancy once."""
    for slug in slugs:
        if solutions.by_slug(slug) is None:
            refuse(f"no such solution: {slug}")
    wanted = Filters(solutions=slugs, status=status, each=each)
    postings = (as_json(kept) for kept in store().postings.every(wanted))
    if form == "parquet":
        _parquet(postings, output)
        return
    with _opened(output) as file:
        if form == "jsonl":
            for posting in postings:
                file.write(orjson.dumps(posting).decode() + "\n")
        else:
            file.writelines(csv_lines(postings))


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
            batch.append(as_row(posting))
            if len(batch) == 1_000:
                writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
                batch = []
        writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
