"""``climate-jobs sources`` and ``climate-jobs status``: what is read, and how it fares."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from commands.finding import find_board, typed_address
from commands.telling import a_source, print_json, print_table, refuse, store
from postings import solutions
from postings.kept import KeptSource
from postings.posting import Source, is_web_address
from scraper.addresses import whole_key
from scraper.spiders import kinds

_COLUMNS = ("name", "homepage", "careers_url", "ats", "ats_token", "solutions")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")


@click.group("sources")
def sources_command() -> None:
    """The boards and listings that are read."""


@sources_command.command("add")
@click.argument("source", metavar="URL|KIND:KEY")
@click.option("--employer", help="Whose board it is.")
@click.option("--homepage", help="The employer's homepage.")
@click.option(
    "--solution", "slugs", multiple=True, metavar="SLUG", help="A solution the employer works on; repeatable."
)
def add_command(source: str, employer: str | None, homepage: str | None, slugs: tuple[str, ...]) -> None:
    """Add a board, or update one that is there already.

    Of a careers page or homepage, the board behind it is looked for, read, and added where it is surely the
    employer's; else the exit code is 1 and what was found is shown. KIND:KEY is added without looking.
    """
    address = typed_address(source)
    wanted = None if address else _known_kind(a_source(source))
    for slug in slugs:
        if solutions.by_slug(slug) is None:
            refuse(f"no such solution: {slug}{_did_you_mean(slug)}")
    if homepage is not None and not is_web_address(homepage):
        refuse(f"no web address: {homepage}")
    why = ""
    if address:
        found = find_board(address, employer=employer, homepage=homepage)
        assert found.sure is not None
        wanted, why = found.sure.source, f" ({found.sure.why})"
        if not _has_employer(wanted):
            employer, homepage = employer or found.employer, homepage or found.homepage
    assert wanted is not None
    if (slugs or homepage) and employer is None and not _has_employer(wanted):
        refuse("--solution and --homepage need --employer: whose are they?")
    added = store().sources.add(wanted, now=datetime.now(UTC), employer=employer, homepage=homepage, solutions=slugs)
    click.echo(f"{wanted} {'added' if added else 'was there already; updated'}{why}.")


def _has_employer(wanted: Source) -> bool:
    return any(each.source == wanted and each.employer for each in store().sources.all())


def _did_you_mean(text: str) -> str:
    near = [each.slug for each in solutions.nearest(text.replace("-", " "))]
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def _known_kind(source: Source) -> Source:
    known = kinds()
    if source.kind not in known:
        refuse(f"{source}: no such kind: {source.kind} (there are {', '.join(known)})")
    return source


@sources_command.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """List all sources."""
    found = store().sources.all()
    if as_json:
        print_json([_source_json(each) for each in found])
        return
    head = ("source", "employer", "state", "open", "last crawl", "outcome", "reason")
    rows = [
        (
            *(each.source, each.employer.name if each.employer else "", each.state, each.open_postings),
            *(f"{each.last_crawl_at:%Y-%m-%d %H:%M}" if each.last_crawl_at else "never", each.last_outcome),
            each.last_reason,
        )
        for each in found
    ]
    print_table(head, rows)


def _source_json(each: KeptSource) -> dict[str, Any]:
    return {
        "source": str(each.source),
        "kind": each.source.kind,
        "key": each.source.key,
        "employer": {"slug": each.employer.slug, "name": each.employer.name} if each.employer else None,
        "state": each.state,
        "open": each.open_postings,
        "due_at": each.due_at,
        "last_crawl_at": each.last_crawl_at,
        "last_complete_at": each.last_complete_at,
        "outcome": each.last_outcome,
        "reason": each.last_reason,
        "gone": each.gone_count,
        "held": each.held,
        "alarm": each.alarm,
    }


@dataclass(frozen=True, slots=True)
class _Row:
    source: Source
    employer: str
    homepage: str | None
    slugs: tuple[str, ...]


@sources_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(file: Path) -> None:
    """Add the boards of a CSV file with the columns name, homepage, careers_url, ats, ats_token, solutions.

    Rows without a board are passed over. The file is taken whole or, where a row is wrong, not at all.
    """
    rows, without = _read(file)
    opened = store()
    added = sum(
        opened.sources.add(
            row.source, now=datetime.now(UTC), employer=row.employer, homepage=row.homepage, solutions=row.slugs
        )
        for row in rows
    )
    click.echo(f"{added} added, {len(rows) - added} updated, {without} rows without a board.")


def _read(file: Path) -> tuple[list[_Row], int]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        table = list(csv.DictReader(lines, strict=True))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        refuse(f"{file}: {error}")
    missing = [name for name in ("name", "ats", "ats_token") if table and name not in table[0]]
    if not table or missing:
        refuse(f"{file}: no rows" if not table else f"{file}: no column {', '.join(missing)}")
    rows = [_row(file, number, cells) for number, cells in enumerate(table, start=2) if (cells["ats"] or "").strip()]
    return rows, len(table) - len(rows)


def _row(file: Path, number: int, cells: dict[str, Any]) -> _Row:
    at = f"{file}, row {number}"
    if None in cells or None in cells.values():
        refuse(f"{at}: not as many cells as columns")
    name, homepage = cells["name"].strip(), (cells.get("homepage") or "").strip()
    if not name:
        refuse(f"{at}: no name")
    if homepage and not is_web_address(homepage):
        refuse(f"{at}: no web address: {homepage}")
    slugs = tuple(slug.strip() for slug in (cells.get("solutions") or "").split(";") if slug.strip())
    for slug in slugs:
        if solutions.by_slug(slug) is None:
            refuse(f"{at}: no such solution: {slug}")
    try:
        kind, token = cells["ats"].strip(), cells["ats_token"].strip()
        source = Source(kind, whole_key(kind, token, (cells.get("careers_url") or "").strip()))
    except ValueError as error:
        refuse(f"{at}: {error}")
    return _Row(source, name, homepage or None, slugs)


def _state_command(name: str, state: str, done: str) -> Callable[..., None]:
    @sources_command.command(
        name, help=f"Set a source {state}." if state != "removed" else "Remove a source; its postings are closed."
    )
    @click.argument("source", metavar="KIND:KEY")
    def command(source: str) -> None:
        wanted, opened = a_source(source), store()
        if not opened.sources.has(wanted) or not opened.sources.set_state(wanted, state):
            refuse(f"{wanted}: no such source")
        closed = opened.crawls.close_source(wanted, now=datetime.now(UTC)) if state == "removed" else 0
        click.echo(f"{wanted} {done}." + (f" {closed} postings closed." if closed else ""))

    return command


pause_command = _state_command("pause", "paused", "paused")
resume_command = _state_command("resume", "active", "resumed")
remove_command = _state_command("remove", "removed", "removed")


@click.command("status")
@as_json_option
def status_command(as_json: bool) -> None:
    """Say how all is: sources by state, what is overdue or wrong, the last crawls, open postings."""
    opened, now = store(), datetime.now(UTC)
    sources = opened.sources.all()
    readable = [each for each in sources if each.source.kind in kinds()]
    report = {
        "sources": dict(Counter(each.state for each in sources)),
        "never_crawled": sum(each.last_crawl_at is None for each in readable if each.state == "active"),
        "overdue": [str(each.source) for each in readable if _overdue(each, now)],
        "without_spider": len(sources) - len(readable),
        "failing": [_trouble(each) for each in readable if each.last_outcome in ("failed", "partial")],
        "alarms": [{"source": str(each.source), "reason": each.alarm} for each in sources if each.alarm],
        "hosts": [{"host": host, "until": until, "reason": why} for host, until, why in opened.hosts.troubled(now=now)],
        "held_back": [_trouble(each) for each in readable if each.held],
        "gone": [_trouble(each) for each in readable if each.gone_count],
        "open": opened.postings.totals(),
        "fresh": _freshness(readable, now),
        "last_crawls": [_last(crawl) for crawl in opened.crawls.recent(most=10)],
    }
    if as_json:
        print_json(report)
    else:
        _tell(report)


def _overdue(each: KeptSource, now: datetime) -> bool:
    return each.state == "active" and each.due_at is not None and each.due_at < now - timedelta(hours=1)


def _trouble(each: KeptSource) -> dict[str, Any]:
    return {"source": str(each.source), "outcome": each.last_outcome, "reason": each.last_reason, "held": each.held}


def _freshness(sources: list[KeptSource], now: datetime) -> dict[str, float | None]:
    """Share of active sources that were read whole within a day, and within a week."""
    active = [each for each in sources if each.state == "active"]
    whole = [now - each.last_complete_at for each in active if each.last_complete_at]
    share = lambda limit: round(sum(age <= limit for age in whole) / len(active), 3) if active else None  # noqa: E731
    return {"day": share(timedelta(days=1)), "week": share(timedelta(days=7))}


def _last(crawl: Any) -> dict[str, Any]:
    return {
        "crawl": crawl.id,
        "source": str(crawl.source),
        "ended_at": crawl.ended_at,
        "outcome": crawl.outcome,
        "closed": crawl.closed,
        "reason": crawl.reason,
    }


def _tell(report: dict[str, Any]) -> None:
    click.echo("Sources: " + ", ".join(f"{count} {state}" for state, count in report["sources"].items()))
    click.echo(
        f"Never crawled: {report['never_crawled']}; overdue: {len(report['overdue'])}; "
        f"no spider yet: {report['without_spider']}"
    )
    click.echo(f"Open postings: {report['open']['postings']} of {report['open']['employers']} employers")
    fresh = report["fresh"]["day"]
    click.echo(f"Read whole within a day: {'nothing yet' if fresh is None else f'{fresh:.0%}'} of the active sources")
    for name in ("alarms", "held_back", "gone", "failing"):
        if report[name]:
            click.echo(f"\n{name.replace('_', ' ').capitalize()}:")
            print_table(("source", "reason"), [(each["source"], each["reason"]) for each in report[name]])
    if report["hosts"]:
        click.echo("\nHosts left alone:")
        print_table(
            ("host", "until", "reason"),
            [(each["host"], f"{each['until']:%Y-%m-%d %H:%M}", each["reason"]) for each in report["hosts"]],
        )
