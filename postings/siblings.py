"""Tells siblings apart: of solutions that share words, a posting mostly means one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from postings.lexicon import Family, Kind, Term
from postings.matcher import Mention

#: What words shared by siblings count, of their best weight, for the one that is meant and for the others.
_FOR_MEANT = 0.9
_NOT_MEANT = 0.1
#: What its own words count for a sibling that is not meant.
_OF_ITS_OWN = 0.55
#: What is left of a sibling's claim where other words of another sibling say more.
_OUTDONE = 0.7
#: What the clearest term of a sibling counts, and the next, when it is asked which one is meant.
_PLAINEST = (1.0, 0.35)
#: What a word that tells siblings apart adds for its weight, what another word of the trade, and all of them at most.
_TELLS = 0.4
_HINTS = 0.3
_MOST_LEANING = 0.9
#: What being the family's default adds.
_DEFAULT = 0.02


class Claim(NamedTuple):
    """A mention of a term that can carry a solution, and what it is worth."""

    weight: float
    mention: Mention


def share_out(claims: dict[str, list[Claim]], support: Mapping[str, set[Term]], families: Mapping[str, Family]) -> None:
    """Let what siblings claim in the same place count for the sibling that is meant, and little for the others."""
    for family in {families[slug].name: families[slug] for slug in claims if slug in families}.values():
        members = [slug for slug in family.members if slug in claims]
        if len(members) > 1:
            meant = _meant(family, {slug: claims[slug] for slug in members}, support)
            together = [claim for slug in members for claim in claims[slug]]
            for slug in members:
                count = _for_meant if slug == meant else _for_other
                claims[slug] = [Claim(count(one.weight, _rival(one, together)), one.mention) for one in claims[slug]]


def _for_meant(own: float, rival: float) -> float:
    return max(own, rival * _FOR_MEANT)


def _for_other(own: float, rival: float) -> float:
    return rival * _NOT_MEANT if rival else own * _OF_ITS_OWN


def _meant(family: Family, claims: Mapping[str, list[Claim]], support: Mapping[str, set[Term]]) -> str:
    """Which sibling a posting is about."""
    likely = {
        slug: _plainest(_outdone(slug, claims)) + _leaning(support.get(slug, ())) + _DEFAULT * (slug == family.default)
        for slug in claims
    }
    return max(likely, key=likely.__getitem__)


def _rival(claim: Claim, claims: list[Claim]) -> float:
    """What the best claim of a sibling in the same place is worth; 0 where there is none."""
    start, end, _, term = claim.mention
    return max(
        (
            weight
            for weight, other in claims
            if start < other.end and other.start < end and other.term.topic != term.topic
        ),
        default=0.0,
    )


def _outdone(slug: str, claims: Mapping[str, list[Claim]]) -> Iterator[Claim]:
    """A sibling's claims, worth less where another sibling's other words in the same place say more."""
    others = [claim for member in claims if member != slug for claim in claims[member]]
    for claim in claims[slug]:
        start, end = claim.mention.start, claim.mention.end
        outdone = any(
            (other.start <= start and end < other.end)
            or (other.start < start and end <= other.end)
            or (weight > claim.weight and (other.start < start < other.end or other.start < end < other.end))
            for weight, other in others
        )
        yield Claim(claim.weight * _OUTDONE, claim.mention) if outdone else claim


def _plainest(claims: Iterable[Claim]) -> float:
    """What the two clearest terms say: often repeated words say how much a text is about a family, not about whom."""
    terms: dict[str, float] = {}
    for weight, mention in claims:
        terms[mention.term.text] = max(weight, terms.get(mention.term.text, 0.0))
    return sum(weight * counts for weight, counts in zip(sorted(terms.values(), reverse=True), _PLAINEST, strict=False))


def _leaning(support: Iterable[Term]) -> float:
    """How much the words beside a sibling's claims speak for it."""
    return min(_MOST_LEANING, sum((_TELLS if term.kind is Kind.SIBLING else _HINTS) * term.weight for term in support))
