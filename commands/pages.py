"""``climate-jobs pages``: the pages of the Climate Tech Handbook, read in, written out, their links checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import click

from commands.page_files import PageFile, page_files, replace
from commands.page_links import look
from commands.telling import print_json, refuse, store
from postings import solutions
from postings.handbook import HandbookPage, OtherPage, UnreadablePage, read_page
from postings.handbook.now import HIRING, NEWEST, Hiring, Now, OpenJob
from postings.handbook.writing import written
from postings.kept import Filters
from postings.posting import Employer, is_web_address
from postings.store import Store
from postings.store.handbook import Taken

#: Where the site is when nobody says so: what ``climate-jobs up`` serves.
_HERE = "http://127.0.0.1:8000"
#: Origins of what is known of an employer that somebody checked.
_CHECKED = {"known", "operator", "handbook-checked"}

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
a_folder = click.Path(file_okay=False, path_type=Path)


@click.group("pages")
def pages_command() -> None:
    """Solution pages in the form of the Climate Tech Handbook."""


@pages_command.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@as_json_option
def import_command(folder: Path, as_json: bool) -> None:
    """Read the solution pages of DIR, and tell page by page what was taken and what is doubtful.

    A page that cannot be read is named, changes nothing, and makes the exit code 1.
    """
    opened = store()
    report = [_take(opened, file) for file in list(page_files(folder))]
    _name_doubles(report)
    if as_json:
        print_json({"pages": report, **_counts(report)})
    else:
        _tell_import(report)
    if any(row["outcome"] == "failed" for row in report):
        raise SystemExit(1)


def _take(opened: Store, file: PageFile) -> dict[str, Any]:
    try:
        raw = file.bytes()
        page = read_page(raw, file=file.name)
    except OtherPage as error:
        return {"file": file.name, "outcome": "passed over", "reason": str(error)}
    except UnreadablePage as error:
        return {"file": file.name, "outcome": "failed", "reason": str(error)}
    return _row(page, opened.handbook.take(page, raw, now=datetime.now(UTC)))


def _name_doubles(report: list[dict[str, Any]]) -> None:
    """Say of each page whose solution an earlier one was about that it took its place."""
    told: dict[str, str] = {}
    for row in report:
        if slug := row.get("solution"):
            row["doubts"] += (f"it takes the place of {told[slug]}",) if slug in told else ()
            told[slug] = row["file"]


def _row(page: HandbookPage, taken: Taken) -> dict[str, Any]:
    return {
        "file": page.file,
        "outcome": "taken" if taken.changed else "unchanged",
        "solution": page.solution,
        "title": page.title,
        "companies": [{"name": each.name, "link": each.link, "evidence": each.evidence} for each in page.companies],
        "new_employers": taken.added,
        "left_out": [each.name for each in taken.left_out],
        "job_links": [link.address for link in page.job_links],
        "sections": [section.heading for section in page.sections],
        "pictures": [each.file or each.address for each in page.pictures],
        "doubts": page.doubts,
    }


def _counts(report: list[dict[str, Any]]) -> dict[str, int]:
    counts = Counter(row["outcome"] for row in report)
    return {name.replace(" ", "_"): counts[name] for name in ("taken", "unchanged", "passed over", "failed")}


def _tell_import(report: list[dict[str, Any]]) -> None:
    for row in report:
        if "title" not in row:
            click.echo(f"{row['file']}: {row['outcome']}: {row['reason']}")
            continue
        companies = f"{len(row['companies'])} companies ({len(row['new_employers'])} new employers)"
        parts = f"{len(row['sections'])} sections, {len(row['job_links'])} job links, {len(row['pictures'])} pictures"
        click.echo(f"{row['file']}: {row['outcome']}: {row['title']}, {companies}, {parts}")
        for doubt in row["doubts"]:
            click.echo(f"  {doubt}")
    click.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in _counts(report).items()))


@pages_command.command("export")
@click.argument("folder", metavar="DIR", type=a_folder)
@click.option("--base-url", envvar="CLIMATE_JOBS_BASE_URL", help="The site's address, for the links to it.")
@as_json_option
def export_command(folder: Path, base_url: str | None, as_json: bool) -> None:
    """Write the solution pages of DIR with what is open now; pages that were imported and are missing there too.

    Only the box for job openings and what is judged wrong in lists made by programs is changed; all other bytes stay.
    """
    base = (base_url or _HERE).rstrip("/")
    if not is_web_address(base):
        refuse(f"no web address: {base[:80]}")
    if not base_url:
        click.echo(f"climate-jobs: CLIMATE_JOBS_BASE_URL is not set: links lead to {_HERE}", err=True)
    opened = store()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"{folder}: {error.strerror}")
    report = [_write(opened, file, raw, base) for file, raw in _to_write(opened, folder)]
    if as_json:
        print_json({"pages": report})
    else:
        for row in report:
            click.echo(f"{row['file']}: {row['outcome']}" + (f": {row['reason']}" if row["reason"] else ""))
    if any(row["outcome"] == "failed" for row in report):
        raise SystemExit(1)


def _to_write(opened: Store, folder: Path) -> Iterator[tuple[PageFile, bytes | None]]:
    """The pages of a folder, and with their bytes those imported ones that it lacks."""
    there = set()
    for file in list(page_files(folder)):
        stem = PurePosixPath(file.name).stem.lower()
        if stem.startswith("solution-"):
            there.add(stem)
            yield file, None
    for slug in opened.handbook.solutions():
        kept = opened.handbook.page(slug)
        if kept and (name := PurePosixPath(kept.page.file)).stem.lower() not in there:
            yield PageFile(name.name, folder / name.name), kept.raw


def _write(opened: Store, file: PageFile, raw: bytes | None, base: str) -> dict[str, Any]:
    try:
        before = raw if raw is not None else file.bytes()
        page = read_page(before, file=file.name)
        after = written(before, _now(opened, page.solution, base))
    except UnreadablePage as error:
        return {"file": file.name, "outcome": "failed", "reason": str(error)}
    if raw is None and after == before:
        return {"file": file.name, "outcome": "unchanged", "reason": None}
    try:
        replace(file.path, after)
    except OSError as error:
        return {"file": file.name, "outcome": "failed", "reason": error.strerror}
    return {"file": file.name, "outcome": "written", "reason": None}


def _now(opened: Store, slug: str, base: str) -> Now:
    found = solutions.by_slug(slug)
    assert found is not None
    jobs = opened.postings.page(Filters(solutions=(slug,)), most=NEWEST)
    checked = [(each, n) for each, n in opened.postings.employers_of(slug) if n and _is_checked(each, slug)]
    newest = [
        OpenJob(
            each.posting.title,
            each.posting.url,
            each.employer.name,
            each.posting.places[0].text if each.posting.places else "",
        )
        for each in jobs.items
    ]
    hiring = [Hiring(each.slug, each.name, each.homepage, n) for each, n in checked[:HIRING]]
    return Now(solution=found, count=jobs.total, newest=newest, hiring=hiring, base=base)


def _is_checked(employer: Employer, slug: str) -> bool:
    lines = (line.evidence.split(";") for line in employer.solutions if line.solution == slug)
    return any(origin.strip() in _CHECKED for line in lines for origin in line)


@pages_command.command("check")
@as_json_option
def check_command(as_json: bool) -> None:
    """Look at every address the imported pages link to: which are broken, have moved, or lead nowhere."""
    opened = store()
    pages = [kept.page for slug in opened.handbook.solutions() if (kept := opened.handbook.page(slug))]
    addresses = dict.fromkeys(address for page in pages for address in page.links)
    found = look(opened, list(addresses))
    faults = {address: link for address, link in found.items() if link.state != "sound"}
    rows = [
        {"page": page.file, "address": address, **asdict(faults[address])}
        for page in pages
        for address in page.links
        if address in faults
    ]
    if as_json:
        print_json({"links": len(addresses), **Counter(link.state for link in found.values()), "faults": rows})
    else:
        for row in rows:
            click.echo(f"{row['page']}: {row['address']}: {row['state']}: {row['reason']}")
        counts = Counter(link.state for link in found.values())
        click.echo(f"{len(addresses)} links: " + ", ".join(f"{n} {state}" for state, n in sorted(counts.items())))
    if any(link.state in ("broken", "nowhere") for link in found.values()):
        raise SystemExit(1)
