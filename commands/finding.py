"""Finds the board behind an address that is typed, and tells why it is taken or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from commands.telling import print_table, refuse
from postings.posting import is_web_address
from scraper.pace import pace_of

if TYPE_CHECKING:
    from scraper.discovery import Found

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
#: «acme.example/careers», as people type it.
BARE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)


def typed_address(text: str) -> str | None:
    """The address that is meant; None where it is ``kind:key``. Refused where no such address is asked."""
    if BARE.fullmatch(text):
        text = f"https://{text}"
    if not SCHEME.match(text):
        return None
    from scraper.safety import fault_of
    from scraper.settings import ALLOW_PRIVATE_HOSTS

    if fault := fault_of(text, private=ALLOW_PRIVATE_HOSTS):
        refuse(fault)
    if not is_web_address(text):
        refuse(f"no web address: {text}")
    return text


def find_board(address: str, *, employer: str | None, homepage: str | None) -> Found:
    """What was found behind an address; where no board is sure, tell the candidates and end with 1."""
    from scraper.discovery import discover

    try:
        pace_of("")
    except ValueError as error:
        refuse(str(error))
    found = discover(address, employer=employer, homepage=homepage, log_level="CRITICAL")
    if found.refused:
        refuse(f"{address}: {found.trouble}")
    if found.sure is None:
        _tell(address, found)
        raise SystemExit(1)
    return found


def _tell(address: str, found: Found) -> None:
    if found.trouble:
        click.echo(f"{address} could not be read: {found.trouble}", err=True)
    elif not found.candidates:
        click.echo(f"No board was found behind {address}; nothing is added.", err=True)
    else:
        rows = [(each.source, each.judgement.verdict.value, each.judgement.reason) for each in found.candidates]
        print_table(("board", "whose", "why"), rows)
        click.echo("Nothing is added. If one of them is right, add it as it is written there: kind:key.", err=True)
