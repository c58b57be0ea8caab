"""Weighs the terms found in one posting: what they say together of each solution."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from postings.lexicon import Family, Kind, Term
from postings.matcher import Mention
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
_SILENT = {"perks", "legal", "habit"}
#: The least a mention counts where the employer says what it does.
_SELF = {Zone.OPENING: 0.88, Zone.EMPLOYER: 0.95, Zone.DUTIES: 0.8}
_CUSTOMERS = 0.4
#: What the second, third… mention of a term adds.
_REPEATED = (1.0, 0.4, 0.3, 0.25, 0.2, 0.2)
_MOST_SUPPORT = 1.0
_SUPPORT = 0.9
#: How near a cancelling phrase must stand.
_BESIDE = 25
#: What words shared by siblings count, of their best weight, for the one that is meant and for the others.
_FOR_MEANT = 0.9
_NOT_MEANT = 0.1
#: What its own words count for a sibling that is not meant.
_OF_ITS_OWN = 0.55
#: What is left of a sibling's claim within a longer one of another sibling.
_OUTDONE = 0.7
#: What the clearest term of a sibling counts, and the next, when it is asked which one is meant.
_PLAINEST = (1.0, 0.35)
#: What a word that tells siblings apart adds, what another word of the trade for its weight, and all of them at most.
_TELLS = 0.2
_HINTS = 0.3
_MOST_LEANING = 0.9
#: What being the family's default adds.
_DEFAULT = 0.02


#: From where on a posting is surely about a solution, what is left then of another one that is mentioned once, and
#: what such a mention must be worth to be left alone.
_SURE = 0.9
_OUTSHONE = 0.6
_STRONG = 0.7


class Claim(NamedTuple):
    """A mention of a term that can carry a solution, and what it is worth."""

    weight: float
    mention: Mention


@dataclass(slots=True)
class Finding:
    """What speaks for one solution."""

    #: From 0 to 1, before it is calibrated.
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
    passing = 0.6 + 0.22 * max(0.0, 1 - length / 3000)
    claims: dict[str, list[Claim]] = defaultdict(list)
    beside: dict[str, list[Mention]] = defaultdict(list)
    for mention in _apart(_uncancelled(mentions), families):
        if not mention.term.claims:
            beside[mention.term.topic].append(mention)
        elif counts := _counts(mention.at, zones, passing):
            claims[mention.term.topic].append(Claim(counts * mention.term.weight, mention))
    support = {
        slug: {one.term for one in beside[slug] if _counts(one.at, zones, passing)} for slug in claims if slug in beside
    }
    _share_out(claims, support, families)
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


def _share_out(
    claims: dict[str, list[Claim]], support: Mapping[str, set[Term]], families: Mapping[str, Family]
) -> None:
    """Let what siblings claim in the same place count for the sibling that is meant, and little for the others."""
    for family in {families[slug].name: families[slug] for slug in claims if slug in families}.values():
        members = [slug for slug in family.members if slug in claims]
        if len(members) == 1:
            continue
        likely = {
            slug: _plainest(_outdone(slug, claims, members))
            + _leaning(support.get(slug, ()))
            + _DEFAULT * (slug == family.default)
            for slug in members
        }
        meant = max(members, key=likely.__getitem__)
        family_claims = [claim for slug in members for claim in claims[slug]]
        for slug in members:
            counts = _FOR_MEANT if slug == meant else _NOT_MEANT
            claims[slug] = [
                Claim(max(best * counts, one.weight if slug == meant else 0), one.mention)
                if (best := _rival(one, slug, family_claims))
                else Claim(one.weight * (1 if slug == meant else _OF_ITS_OWN), one.mention)
                for one in claims[slug]
            ]


def _rival(claim: Claim, slug: str, claims: list[Claim]) -> float:
    """What the best claim of a sibling in the same place is worth; 0 where there is none."""
    start, end = claim.mention.start, claim.mention.end
    return max(
        (weight for weight, other in claims if other.term.topic != slug and start < other.end and other.start < end),
        default=0.0,
    )


def _outdone(slug: str, claims: Mapping[str, list[Claim]], members: list[str]) -> Iterator[Claim]:
    """A sibling's claims, worth less where another's claim in the same place is longer."""
    for claim in claims[slug]:
        start, end = claim.mention.start, claim.mention.end
        longer = any(
            other.start <= start and end <= other.end and other.end - other.start > end - start
            for member in members
            if member != slug
            for _, other in claims[member]
        )
        yield Claim(claim.weight * _OUTDONE, claim.mention) if longer else claim


def _plainest(claims: Iterable[Claim]) -> float:
    """What the two clearest terms say: often repeated words say how much a text is about a family, not about whom."""
    terms: dict[str, float] = {}
    for weight, mention in claims:
        terms[mention.term.text] = max(weight, terms.get(mention.term.text, 0.0))
    return sum(weight * counts for weight, counts in zip(sorted(terms.values(), reverse=True), _PLAINEST, strict=False))


def _leaning(support: Iterable[Term]) -> float:
    """How much the words beside a sibling's claims speak for it."""
    return min(_MOST_LEANING, sum(_TELLS if term.kind is Kind.SIBLING else _HINTS * term.weight for term in support))


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
