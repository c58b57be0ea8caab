"""The words of the trades, a file a sector, read from data; `_common.toml` holds what all solutions share."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import source_hash
from pathlib import Path
from typing import Any

from postings.lexicon.spellings import split_weight

LANGUAGES = ("en", "de", "fr", "es", "pt", "nl", "it")
COMMON = "_common.toml"


class Kind(StrEnum):
    """What a term says about the posting that holds it."""

    #: Names a solution's product, practice or process.
    CORE = "core"
    #: A job title or trade that (nearly) only this solution has.
    JOB = "job"
    #: A word of the trade: supports the others, proves nothing alone.
    FIELD = "field"
    #: Shows that a term it holds or stands beside means something else.
    NOT = "not"
    #: Heads a part of a posting; the topic names the part.
    HEADING = "heading"
    #: Shows what a sentence is about: the employer itself, perks, law, its customers.
    CUE = "cue"
    #: Tells one solution from its siblings, and proves nothing alone.
    SIBLING = "sibling"


WEIGHTS = {Kind.CORE: 0.8, Kind.JOB: 0.9, Kind.FIELD: 0.25, Kind.SIBLING: 0.5}


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One entry of the lexicon."""

    #: As written in the data, without its weight.
    text: str
    kind: Kind
    #: The solution's slug; of headings and cues, what they show.
    topic: str
    language: str
    weight: float = 1.0
    #: Whether it can carry a solution.
    claims: bool = field(init=False)
    #: Whether it says something of the posting's parts, not of a solution.
    marks: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "claims", self.kind in (Kind.CORE, Kind.JOB))
        object.__setattr__(self, "marks", self.kind in (Kind.HEADING, Kind.CUE))


@dataclass(frozen=True, slots=True)
class Family:
    """Solutions that share words, of which a text mostly means one."""

    name: str
    members: tuple[str, ...]
    #: What a text means that does not say.
    default: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All terms, the families of solutions, and a digest that changes whenever the data does."""

    terms: tuple[Term, ...]
    families: tuple[Family, ...]
    digest: str


def load(folder: Path) -> Lexicon:
    """Read every file of a folder.

    Raises:
        ValueError: where a file is no lexicon; the message names it.
    """
    contents: list[bytes] = []
    terms: list[Term] = []
    families: tuple[Family, ...] = ()
    for file in sorted(folder.glob("*.toml")):
        content = file.read_bytes()
        contents.append(content)
        try:
            data = tomllib.loads(content.decode())
            if file.name == COMMON:
                families = tuple(_families(data.pop("families", {}), terms))
            terms += _terms(data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{file.name}: {error}") from error
    return Lexicon(tuple(terms), families, source_hash(b"".join(contents)).hex())


def _terms(data: Mapping[str, Any]) -> Iterator[Term]:
    for topic, kinds in data.items():
        for kind, languages in kinds.items():
            for language, texts in languages.items():
                yield from _listed(texts, Kind(kind), topic, language)


def _listed(texts: list[str], kind: Kind, topic: str, language: str) -> Iterator[Term]:
    if language not in LANGUAGES:
        raise ValueError(f"no language of the lexicon: {language!r} under {topic}.{kind}")
    for text in texts:
        body, weight = split_weight(text)
        yield Term(body, kind, topic, language, WEIGHTS.get(kind, 1.0) if weight is None else weight)


def _families(data: Mapping[str, Any], terms: list[Term]) -> Iterator[Family]:
    for name, family in data.items():
        for slug, languages in family.get("tell", {}).items():
            for language, texts in languages.items():
                terms.extend(_listed(texts, Kind.SIBLING, slug, language))
        yield Family(name, tuple(family["members"]), family["default"])
