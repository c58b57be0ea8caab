"""``climate-jobs directory``: whether what is known of employers still holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from commands.telling import print_json, print_table, store
from postings import agreement
from postings.agreement import Spoken
from postings.kept import Filters
from postings.posting import Employer
from postings.store import Store

_AT_ONCE = 1_000


@click.group("directory")
def directory_command() -> None:
    """Employers and what they work on."""


@directory_command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
def check_command(as_json: bool) -> None:
    """List what deserves a look: entries that postings contradict, unproven ones, solutions nobody hires for."""
    opened = store()
    found = _report(opened)
    if as_json:
        print_json(found)
    else:
        _print(found)


def _report(opened: Store) -> dict[str, Any]:
    return {
        "disagree": [
            {
                "employer": each.employer.slug,
                "open_postings": each.postings,
                "entry": each.entry,
                "instead": each.instead,
            }
            for each in agreement.disagreements(_spoken(opened).values())
        ],
        "no_postings": agreement.without_postings(opened.postings.open_counts()),
        "machine_labels_only": [
            {"employer": employer.slug, "solutions": {line.solution: line.evidence for line in lines}}
            for employer, lines in agreement.unproven(_employers(opened))
        ],
    }


def _spoken(opened: Store) -> dict[str, Spoken]:
    found: dict[str, Spoken] = {}
    for kept in opened.postings.every(Filters()):
        found.setdefault(kept.employer.slug, Spoken(kept.employer)).count(kept.tags)
    return found


def _employers(opened: Store) -> list[Employer]:
    found: list[Employer] = []
    while page := opened.postings.employers(most=_AT_ONCE, skip=len(found)).items:
        found += [employer for employer, _ in page]
    return sorted(found, key=lambda employer: employer.slug)


def _print(found: Mapping[str, Any]) -> None:
    click.echo(f"{len(found['disagree'])} employers whose open postings disagree with their entry")
    if found["disagree"]:
        rows = [
            [each["employer"], each["open_postings"], _counted(each["entry"]), _counted(each["instead"])]
            for each in found["disagree"]
        ]
        print_table(("employer", "open", "entry says, and how many postings do", "what most postings say"), rows)
    labels = found["machine_labels_only"]
    click.echo(f"\n{len(labels)} employers with solutions that only a machine's label speaks for")
    if labels:
        rows = [[each["employer"], _listed(each["solutions"])] for each in labels]
        print_table(("employer", "solutions"), rows)
    click.echo(f"\n{len(found['no_postings'])} solutions no employer hires for now")
    for slug in found["no_postings"]:
        click.echo(slug)


def _counted(words: Mapping[str, int]) -> str:
    return ", ".join(f"{slug} {count}" for slug, count in words.items())


def _listed(lines: Mapping[str, str]) -> str:
    return ", ".join(f"{slug} ({evidence})" for slug, evidence in lines.items())
