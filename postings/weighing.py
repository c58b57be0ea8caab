"""Weighs the terms found in one posting: what they say together of each solution."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from postings.enumerations import among_many
from postings.lexicon import Family, Kind, Term
from postings.matcher import Mention
from postings.siblings import Claim, share_out
from postings.zones import Zone, Zones

#: What a mention counts by the part it stands in; in duties and before the first heading by the text's length.
_COUNTS = {
    Zone.TITLE: 1.0,
    Zone.NAME: 0.65,
    Zone.EMPLOYER: 0.9,
    Zone.REQUIREMENTS: 0.4,
    Zone.PERKS: 0.0,
    Zone.LEGAL: 0.0,
}
#: In passing: in a text that is at least so long, and what is added for a very short one.
_PASSING = 0.6
_PASSING_SHORT = 0.22
_LONG = 3000
#: Sentences with such cues count for nothing.
_SILENT = {"perks", "legal", "habit"}
#: The least a mention counts where the employer says what it does.
_SELF = {Zone.OPENING: 0.88, Zone.EMPLOYER: 0.95, Zone.DUTIES: 0.8}
#: What is left of a mention in a sentence about the industries of customers.
_CUSTOMERS = 0.4
#: The same of a mention that is one item of a long list of other things.
_AMONG_MANY = 0.6
#: What the second, third… mention of a term adds.
_REPEATED = (1.0, 0.4, 0.3, 0.25, 0.2, 0.2)
#: What words beside it add to the odds of a solution for their weight, and up to which weight together.
_SUPPORT = 0.9
_MOST_SUPPORT = 1.0
#: How near a cancelling phrase must stand.
_BESIDE = 25
#: From where on a posting is surely about a solution, what is left then of another one that is mentioned once, and
#: what such a mention must be worth to be left alone.
_SURE = 0.9
_OUTSHONE = 0.6
_STRONG = 0.7


@dataclass(slots=True)
class Finding:
    """What speaks for one solution."""

    #: From 0 to 1.
    score: float = 0.0
    #: Best first.
    claims: list[Claim] = field(default_factory=list)


def weigh(mentions: list[Mention], zones: Zones, families: Mapping[str, Family], *, length: int) -> dict[str, Finding]:
    """What the mentions of a posting's terms say of each solution.

    Args:
        mentions: by position; overlapping ones are sorted out here.
        families: by the slug of each member.
        length: of the text; in a short one a mention in passing says more.
    """
    passing = _PASSING + _PASSING_SHORT * max(0.0, 1 - length / _LONG)
    claims: dict[str, list[Claim]] = defaultdict(list)
    beside: dict[str, list[Mention]] = defaultdict(list)
    kept = _apart(_uncancelled(mentions), families)
    listed = among_many(zones, (one.at for one in kept if one.term.claims and zones.in_body(one.at)))
    for mention in kept:
        if not mention.term.claims:
            beside[mention.term.topic].append(mention)
        elif counts := _counts(mention.at, zones, passing) * (_AMONG_MANY if mention.at in listed else 1.0):
            claims[mention.term.topic].append(Claim(counts * mention.term.weight, mention))
    support = {
        slug: {one.term for one in beside[slug] if _counts(one.at, zones, passing)} for slug in claims if slug in beside
    }
    share_out(claims, support, families)
    findings = {
        slug: Finding(_supported(_together(found), support.get(slug, ())), sorted(found, key=lambda one: -one.weight))
        for slug, found in claims.items()
    }
    _outshine(findings)
    return findings


def _outshine(findings: Mapping[str, Finding]) -> None:
    """Lower what is mentioned only once, and in passing, in a posting that is surely about something else."""
    surest = max((one.score for one in findings.values()), default=0.0)
    for finding in findings.values():
        if finding.score < surest >= _SURE and len(finding.claims) == 1 and finding.claims[0].weight < _STRONG:
            finding.score *= _OUTSHONE


def _counts(position: int, zones: Zones, passing: float) -> float:
    """What a mention at a position counts, from 0 to 1."""
    zone = zones.zone(position)
    counts = _COUNTS.get(zone, passing)
    if zone in (Zone.TITLE, Zone.NAME) or not counts:
        return counts
    cues = zones.cues(position)
    if cues & _SILENT:
        return 0.0
    if "customers" in cues:
        return counts * _CUSTOMERS
    if "wished" in cues or ("experience" in cues and "self" not in cues):
        return min(counts, _COUNTS[Zone.REQUIREMENTS])
    return max(counts, _SELF.get(zone, 0.0)) if "self" in cues else counts


def _uncancelled(mentions: list[Mention]) -> list[Mention]:
    """The mentions without those that a cancelling phrase of their solution holds or stands beside."""
    cancels = [one for one in mentions if one.term.kind is Kind.NOT]
    if not cancels:
        return mentions
    return [one for one in mentions if one.term.kind is not Kind.NOT and not _cancelled(one, cancels)]


def _cancelled(mention: Mention, cancels: list[Mention]) -> bool:
    return any(
        other.start - _BESIDE < mention.end
        and mention.start < other.end + _BESIDE
        and other.term.topic == mention.term.topic
        for other in cancels
    )


def _apart(mentions: list[Mention], families: Mapping[str, Family]) -> list[Mention]:
    """Of mentions in one place, for each solution the one that says most; nothing beside claims of its family."""
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        family = families.get(mention.term.topic)
        groups[family.name if family else mention.term.topic].append(mention)
    kept: list[Mention] = []
    for group in groups.values():
        for place in _places(group):
            kept += place if len(place) == 1 else _best(place)
    return kept


def _places(mentions: list[Mention]) -> Iterator[list[Mention]]:
    """Mentions by position, put together where they overlap."""
    place: list[Mention] = []
    end = 0
    for mention in mentions:
        if mention.start >= end and place:
            yield place
            place = []
        place.append(mention)
        end = max(end, mention.end)
    yield place


def _best(mentions: list[Mention]) -> list[Mention]:
    """Of overlapping mentions the heaviest, of equals the longest."""
    best: list[Mention] = []
    for mention in sorted(mentions, key=_weight):
        if not any(_hides(other, mention) for other in best):
            best.append(mention)
    return best


def _weight(mention: Mention) -> tuple[bool, float, int]:
    return not mention.term.claims, -mention.term.weight, mention.start - mention.end


def _hides(other: Mention, mention: Mention) -> bool:
    """Whether a mention overlaps a better one of its solution, or, for a word beside claims, any claim."""
    return (
        mention.start < other.end
        and other.start < mention.end
        and (mention.term.topic == other.term.topic or (other.term.claims and not mention.term.claims))
    )


def _together(claims: Iterable[Claim]) -> float:
    """Claims that are right independently: the chance that one at least is. A term's repeats add less and less."""
    terms: dict[str, list[float]] = defaultdict(list)
    for weight, mention in claims:
        terms[mention.term.text].append(weight)
    wrong = 1.0
    for weights in terms.values():
        weights.sort(reverse=True)
        for weight, counts in zip(weights, _REPEATED, strict=False):
            wrong *= 1 - weight * counts
    return 1 - wrong


def _supported(strength: float, support: Iterable[Term]) -> float:
    """A strength raised by terms of the trade."""
    if not 0 < strength < 1:
        return strength
    odds = math.log(strength / (1 - strength)) + _SUPPORT * min(
        _MOST_SUPPORT, sum(term.weight for term in support if term.kind is Kind.FIELD)
    )
    return 1 / (1 + math.exp(-odds))
