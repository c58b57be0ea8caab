"""Decides whether a board is an employer's own: by the name it gives, by where its postings lead, by who links it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from postings.names import folded
from postings.posting import Posting
from scraper.addresses import recognise
from scraper.places import country_code

#: Words that a name may carry, or lack, and still be the same employer's.
LOOSE = frozenset(
    """
    the group holding holdings international global worldwide europe america americas emea apac careers career jobs team
    recruiting hiring and und et co se kg kgaa ag gmbh mbh ug inc llc ltd limited corp corporation company
    """.split()  # noqa: SIM905
)
LINK = re.compile(r"""(?:https?://|mailto:[^"'@\s]+@)([\w.-]+\.[a-z]{2,})""", re.IGNORECASE)
#: Below this, names that differ are two names.
ALIKE = 92
#: Shorter names stand in too many texts and are too near each other.
SHORTEST = 5


class Verdict(Enum):
    """Whose board it is."""

    OWN = "own"
    AMBIGUOUS = "ambiguous"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Whose:
    """What is known of the employer whose board is looked for."""

    #: As its pages, or whoever asks, write it.
    names: tuple[str, ...] = ()
    #: Its registered domains, such as ``acme.co.uk``, the one that was named first.
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whose board it is, and why, in a line for people."""

    verdict: Verdict
    reason: str
    #: How sure it is, to choose between several: 2 by name or domain, 1 by a link only.
    weight: int = 0


def judged(postings: Sequence[Posting], whose: Whose, *, linked: str | None) -> Judgement:
    """Whose the board is that begins with these postings.

    Args:
        linked: how the employer's own pages point to it as theirs; None where they do not.
    """
    said = sorted({each.employer for each in postings if each.employer})
    if linked and not (whose.names or whose.domains):
        return Judgement(Verdict.OWN, linked, 1)
    matching = [name for name in said if any(same_name(name, known) for known in whose.names)]
    if matching:
        return Judgement(Verdict.OWN, f"its postings are of {matching[0]}", 2)
    if domain := _leading_to(postings, whose.domains):
        return Judgement(Verdict.OWN, f"its postings lead to {domain}", 2)
    short = [name for name in said if _initials(name) in {_core(known) for known in whose.names} - {""}]
    if short and linked:
        return Judgement(Verdict.OWN, f"its postings are of {short[0]}", 1)
    if said:
        wanted = f", not of {whose.names[0]}" if whose.names else ""
        return Judgement(Verdict.FOREIGN, f"its postings are of {' and '.join(said[:2])}{wanted}")
    if named := _named_in(postings, whose.names):
        return Judgement(Verdict.OWN if linked else Verdict.AMBIGUOUS, f"its postings speak of {named}", 2)
    if linked:
        return Judgement(Verdict.OWN, linked, 1)
    return Judgement(Verdict.AMBIGUOUS, "nothing in it names the employer")


def same_name(one: str, other: str) -> bool:
    """Whether two ways of writing name one employer; «Palmetto» and «Palmetto Animal Hospital» do not."""
    first, second = _core(one), _core(other)
    if not first or not second:
        return False
    if first == second:
        return True
    return min(len(first), len(second)) > SHORTEST and fuzz.ratio(first, second) >= ALIKE


def domain_of(url: str) -> str | None:
    """The registered domain of an address that is an employer's own; None for an address at a board system."""
    host = urlsplit(url).hostname or ""
    at_a_system = recognise(f"https://{host}/x") or recognise(url)
    return None if at_a_system else _registered(host)


def _registered(host: str) -> str | None:
    """The domain a host belongs to; where its ending is none of the public ones, its last two labels."""
    found = _domains()(host.lower())
    if found.suffix or found.ipv4 or found.ipv6:
        return found.top_domain_under_public_suffix or None
    return f"{found.subdomain.split('.')[-1]}.{found.domain}" if found.subdomain else None


def label_of_domain(domain: str) -> str:
    """What a domain calls its owner: ``acme`` for ``acme.co.uk``."""
    return domain.split(".")[0]


@cache
def _domains() -> Any:
    from tldextract import TLDExtract

    # The list it carries along: it is not to fetch another one.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _core(name: str) -> str:
    """The letters and digits of a name, without its legal form, its country and what else is loose."""
    words = _words(folded(name))
    first, *others = words or [""]
    kept = [first, *(word for word in others if not _is_country(word))]
    return "".join([word for word in kept if word not in LOOSE] or words)


def _is_country(word: str) -> bool:
    """Whether a word names a country; of two letters only those that mean nothing else, for «Acme AI» is no Acme."""
    return word in ("us", "uk") or (len(word) > 2 and country_code(word) is not None)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    return re.findall(r"[^\W_]+", "".join(each for each in plain if not unicodedata.combining(each)))


def _initials(name: str) -> str:
    """What a name is for short: «GD Information Technology, Inc.» is «gdit»."""
    words = [word for word in _words(name) if word.casefold() not in LOOSE]
    short = "".join(word if word.isupper() else word[0] for word in words)
    return short.casefold() if len(words) > 1 else ""


def _leading_to(postings: Iterable[Posting], domains: Container[str]) -> str | None:
    """The employer's domain, where a posting's address, or a link or mail address in its text, is of it."""
    for each in postings:
        hosts = [urlsplit(url).hostname or "" for url in (each.url, each.apply_url) if url]
        for host in [*hosts, *LINK.findall(each.description_html)]:
            if (domain := _registered(host)) in domains:
                return domain
    return None


def _named_in(postings: Sequence[Posting], names: Iterable[str]) -> str | None:
    """The name that most of the texts hold, written just so."""
    for name in names:
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        held = sum(bool(pattern.search(each.description_text)) for each in postings)
        if len(name) >= SHORTEST and held * 2 > len(postings):
            return name
    return None
