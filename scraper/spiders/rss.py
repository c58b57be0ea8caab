"""RSS and Atom listings of postings: https://www.rssboard.org/rss-specification, RFC 4287"""

from typing import Any

import feedparser
from scrapy.http import Response

from postings.posting import Place, Posting, Source
from scraper.asking import Unreadable
from scraper.boards import BoardSpider
from scraper.clean import describe, plain_text, utc


class RssSpider(BoardSpider):
    """Reads the feed at the address that is its key; what it no longer shows may still be open."""

    name = "rss"
    window = True
    follows = True

    def addresses(self, key: str) -> list[str]:
        return [key]

    def page(self, response: Response) -> Any:
        # The bytes, never the address, which it would fetch itself; cleaning is ours and three times as fast.
        feed = feedparser.parse(response.body, sanitize_html=False, resolve_relative_uris=False)
        if not feed.version:
            raise Unreadable("neither RSS nor Atom")
        if feed.bozo and not feed.entries:
            raise Unreadable(f"a feed that cannot be read ({feed.bozo_exception})"[:200])
        return feed

    def rows(self, page: Any) -> list[Any]:
        return page.entries

    def posting(self, row: Any, source: Source) -> Posting:
        content = row.content[0].value if row.get("content") else row.get("summary")
        html, text = describe(content)
        return Posting(
            source=source,
            ref=row.get("id") or row["link"],
            title=plain_text(row["title"]),
            url=row["link"],
            employer=plain_text(_first(row, "company", "author")) or None,
            places=tuple(Place(name) for name in [plain_text(_first(row, "location"))] if name),
            posted_at=utc(row.get("published") or row.get("updated")),
            description_html=html,
            description_text=text,
        )


def _first(row: Any, *names: str) -> str | None:
    """What an entry says under the first of some names; a namespace before the name does not count."""
    for name in names:
        for field, value in row.items():
            if (field == name or field.endswith(f"_{name}")) and isinstance(value, str) and value:
                return value
    return None
