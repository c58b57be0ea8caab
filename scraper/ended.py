"""Whether a posting's own page says that it is over: what a feed cannot say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scrapy import Request
from scrapy.http import Response

from postings.posting import Reading
from scraper.asking import Gone, Unchanged, Unreadable
from scraper.job_posting import posting_from
from scraper.marked_up import job_postings


async def has_ended(fetch: Callable[[Request], Awaitable[Response]], request: Request, reading: Reading) -> bool:
    """Whether a page is gone, or carries a JobPosting whose last day has passed; a page that cannot be read says no."""
    try:
        response = await fetch(request)
    except Gone:
        return True
    except (Unreadable, Unchanged):
        return False
    for found in job_postings(response):
        try:
            closes_at = posting_from(found, reading.source, page=response.url).closes_at
        except (LookupError, TypeError, ValueError, AttributeError):
            continue
        if closes_at is not None and closes_at <= reading.started_at:
            return True
    return False
