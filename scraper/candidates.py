"""Boards that may be an employer's: the beginning of each is read, and they are put in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.spiderloader import get_spider_loader

from postings.posting import Outcome, Posting, Source
from scraper.belonging import Judgement, Verdict, Whose, judged
from scraper.boards import BoardSpider
from scraper.process import settings
from scraper.spiders import kinds
from scraper.traces import Trace

#: So many rows of a board are read.
MOST_ROWS = 5
#: Those that answer alike for a board that is empty and for one that is not there.
VAGUE = frozenset({"smartrecruiters", "ashby"})
#: Taken only where there is no board of a system.
LOOSE = frozenset({"jsonld", "rss"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A board that may be the employer's."""

    source: Source
    judgement: Judgement
    #: How it was found.
    how: str = ""
    #: Addresses of its first postings; they tell two names of one board.
    urls: frozenset[str] = frozenset()
    #: Who hires, where its first postings agree on it.
    employer: str | None = None

    @property
    def why(self) -> str:
        """How it was found and why it is the employer's or not, in a line for people."""
        return "; ".join(dict.fromkeys(filter(None, (self.how, self.judgement.reason))))


async def candidate(crawler: Crawler, trace: Trace, whose: Whose) -> Candidate:
    """Read the beginning of a board, and judge whose it is."""
    source = trace.source
    if source.kind not in kinds():
        return Candidate(source, Judgement(Verdict.UNREADABLE, "there is no spider for this kind"), trace.how)
    glance = _glancing(source.kind).from_crawler(crawler, key=source.key)
    reading = (await glance.bring(source)).reading
    if reading.outcome is Outcome.FAILED:
        return Candidate(source, Judgement(Verdict.UNREADABLE, reading.reason or "it cannot be read"), trace.how)
    employers = {each.employer for each in reading.postings if each.employer}
    return Candidate(
        source,
        _judgement(
            trace, reading.postings, whose, many=glance.listing and (source.kind != "rss" or len(employers) > 1)
        ),
        trace.how,
        frozenset(each.url for each in reading.postings),
        employers.pop() if len(employers) == 1 else None,
    )


def _judgement(trace: Trace, postings: Sequence[Posting], whose: Whose, *, many: bool) -> Judgement:
    if many:
        return Judgement(Verdict.OWN if trace.itself else Verdict.FOREIGN, "a listing of many employers", 1)
    vague = trace.source.kind in LOOSE or (trace.itself and trace.source.kind in VAGUE)
    if not postings and vague:
        return Judgement(Verdict.AMBIGUOUS, "it is empty, or not there")
    return judged(postings, whose, linked=trace.how if trace.of_jobs else None)


@cache
def _glancing(kind: str) -> type[BoardSpider]:
    """The spider of a kind, reading the first rows of a board only."""
    return type("Glance", (_Glance, get_spider_loader(settings()).load(kind)), {})


class _Glance(BoardSpider):
    """What makes any spider stop once it has seen enough."""

    def rows(self, page: Any) -> list[Any]:
        return list(super().rows(page))[:MOST_ROWS]

    def total(self, page: Any) -> int | None:  # noqa: ARG002
        return None

    def next_page(self, page: Any, request: Request, seen: int) -> Request | None:
        return None if seen else super().next_page(page, request, seen)


def ranked(found: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, the surest first; those as sure as the first, but not the same board, make it ambiguous."""
    order = sorted(found, key=lambda each: (*_rank(each), each.source))
    own = [each for each in order if each.judgement.verdict is Verdict.OWN]
    if not own:
        return order
    best = [each for each in own if _rank(each) == _rank(own[0]) and (each is own[0] or not each.urls & own[0].urls)]
    others = [each for each in order if each not in own]
    if len(best) == 1:
        return [own[0], *others]
    return [*(_unsure(each) for each in best), *others]


def _rank(candidate: Candidate) -> tuple[bool, bool, int]:
    judgement = candidate.judgement
    return judgement.verdict is not Verdict.OWN, candidate.source.kind in LOOSE, -judgement.weight


def _unsure(candidate: Candidate) -> Candidate:
    reason = f"one of several that may be: {candidate.judgement.reason}"
    return replace(candidate, judgement=Judgement(Verdict.AMBIGUOUS, reason))
