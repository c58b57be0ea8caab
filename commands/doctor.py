"""``climate-jobs doctor``: finds what is wrong with a setup, and says the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import click

from commands.findings import Finding, disk, places, settings
from commands.telling import print_json
from postings.database import connect, sqlite_file
from postings.kept import KeptSource, StoreError
from postings.store import Store
from scraper.spiders import kinds

#: A crawl that is overdue by so much, a source that was not read whole for so long, a batch that waits so long.
OVERDUE, FAILING, STUCK = timedelta(hours=2), timedelta(days=3), timedelta(hours=1)
#: How many sources a line names.
NAMED = 3


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
def doctor_command(as_json: bool) -> None:
    """Find what is wrong with this setup, and say the remedy; exit code 1 when something is."""
    found = [*settings(), *places(), *disk(), *_database()]
    found.sort(key=lambda finding: not finding.wrong)
    wrong = any(finding.wrong for finding in found)
    if as_json:
        print_json({"well": not wrong, "findings": found})
    for finding in found if not as_json else ():
        click.echo(f"{'wrong ' if finding.wrong else 'advice'} {finding.what} -> {finding.remedy}")
    if not found and not as_json:
        click.echo("All is well.")
    if wrong:
        raise SystemExit(1)


def _database() -> Iterator[Finding]:
    file = sqlite_file()
    if file is not None and not file.exists():
        yield Finding(True, f"there is no database at {file}", "start «climate-jobs up», or any other command")
        return
    store = Store(connect())
    try:
        faults = store.check()
        yield from map(_fault, faults)
        if not any("not at head" in fault for fault in faults):
            yield from _crawls(store, datetime.now(UTC))
    except StoreError as error:
        yield Finding(True, str(error), "start the database, or correct CLIMATE_JOBS_DATABASE_URL")
    finally:
        store.close()


def _fault(fault: str) -> Finding:
    what, _, remedy = fault.partition(": run ")
    return Finding(True, what, f"run {remedy}" if remedy else "restore a backup with «db restore», or report a fault")


def _crawls(store: Store, now: datetime) -> Iterator[Finding]:
    sources = [each for each in store.sources.all() if each.state == "active" and each.source.kind in kinds()]
    if not sources:
        yield Finding(False, "there is no source to crawl", "add one with «climate-jobs sources add»")
    yield from _clock(sources, now)
    yield from _queue(store, now)
    checks: tuple[tuple[Callable[[KeptSource], object], str, str], ...] = (
        (
            lambda each: _fails(each, now),
            f"could not be read whole for {FAILING.days} days",
            "see «climate-jobs status», crawl one by name, or pause it",
        ),
        (
            lambda each: each.held,
            "with closings held back",
            "look at the board; the next crawl that agrees closes them",
        ),
        (lambda each: each.alarm, "not as they were", "look at «climate-jobs status»: the spider may read them wrong"),
        (lambda each: each.gone_count, "gone", "find the new board with «climate-jobs sources add», then remove it"),
    )
    for is_so, what, remedy in checks:
        if names := [str(each.source) for each in sources if is_so(each)]:
            rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            yield Finding(False, f"sources {what}: {', '.join(names[:NAMED])}{rest}", remedy)


def _fails(each: KeptSource, now: datetime) -> bool:
    tried = each.last_outcome in ("failed", "partial")
    return tried and (each.last_complete_at is None or now - each.last_complete_at > FAILING)


def _clock(sources: Sequence[KeptSource], now: datetime) -> Iterator[Finding]:
    overdue = [each for each in sources if each.due_at is not None and each.due_at < now - OVERDUE]
    unread = [each for each in sources if each.last_crawl_at is None]
    if not overdue and not unread:
        return
    last = max((each.last_crawl_at for each in sources if each.last_crawl_at), default=None)
    if last is None or now - last > OVERDUE:
        since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
        remedy = "start «climate-jobs up», «schedule», or «crawl» from cron"
        yield Finding(True, f"nothing was crawled {since}, and {len(overdue) + len(unread)} sources are due", remedy)
    elif len(overdue) > len(sources) / 10:
        remedy = "look at «climate-jobs status» for hosts that are left alone; more workers help where they are not"
        yield Finding(False, f"{len(overdue)} of {len(sources)} sources are overdue", remedy)


def _queue(store: Store, now: datetime) -> Iterator[Finding]:
    state = store.queued.state()
    if state is None or not (state.waiting or state.running):
        return
    if not state.workers:
        what = f"{state.waiting + state.running} batches are queued, and no worker lives"
        yield Finding(True, what, "start «climate-jobs worker»")
    elif state.waiting_since is not None and now - state.waiting_since > STUCK:
        what = f"a batch waits since {state.waiting_since:%Y-%m-%d %H:%M} UTC, with {state.workers} workers"
        yield Finding(False, what, "start more workers, or raise their --at-once")
