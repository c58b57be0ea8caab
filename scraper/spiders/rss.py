"""RSS, Atom and JSON Feed listings of postings: https://www.rssboard.org/rss-specification, RFC 4287, https://jsonfeed.org

What feeds of postings add is in elements of their own: WP Job Manager's, We Work Remotely's and Teamtailor's are read.
"""

import re
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import feedparser
from scrapy import Selector
from scrapy.http import Response

from postings.posting import Place, Posting, Source, Workplace
from scraper.asking import Unreadable, json_of
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.job_posting import posting_from
from scraper.pay import pay_from_text
from scraper.places import place
from scraper.terms import employment_type, workplace

TEAMTAILOR = "https://teamtailor.com/locations"
#: We Work Remotely begins a text with a logo and with where the employer has its seat, which is no place of work.
SEAT = re.compile(r"^\s*(?:<img[^>]*>\s*)?<p>\s*<strong>Headquarters:</strong>.*?</p>", re.DOTALL)


class RssSpider(BoardSpider):
    """Reads the feed at the address that is its key; what it no longer shows may still be open."""

    name = "rss"
    window = True
    listing = True
    follows = True

    def addresses(self, key: str) -> list[str]:
        return [key]

    def page(self, response: Response) -> list[Any]:
        if response.body.lstrip()[:1] == b"{":
            return _items(json_of(response))
        # The bytes, never the address, which it would fetch itself; cleaning is ours and three times as fast.
        feed = feedparser.parse(response.body, sanitize_html=False, resolve_relative_uris=False)
        if not feed.version:
            raise Unreadable("neither RSS nor Atom nor JSON Feed")
        if feed.bozo and not feed.entries:
            raise Unreadable(f"a feed that cannot be read ({feed.bozo_exception})"[:200])
        _add_places(feed.entries, response.body)
        # An item within an item, as damaged feeds have it, leaves an empty one.
        return [entry for entry in feed.entries if entry]

    def rows(self, page: list[Any]) -> list[Any]:
        return page

    def posting(self, row: Any, source: Source) -> Posting:
        return _entry(row, source) if isinstance(row, feedparser.FeedParserDict) else _item(row, source)


def _entry(row: Any, source: Source) -> Posting:
    """The posting of an entry of RSS or Atom."""
    content = row.content[0].value if row.get("content") else row.get("summary")
    remotely = (urlsplit(row["link"]).hostname or "").endswith("weworkremotely.com")
    company, title = row["title"].split(":", 1) if remotely else (_first(row, "company", "author"), row["title"])
    return Posting(
        source=source,
        ref=row.get("id") or row["link"],
        title=plain_text(title),
        url=row["link"],
        employer=plain_text(company) or None,
        places=row.get("places") or _places(row),
        workplace=Workplace.REMOTE if remotely else workplace(_first(row, "remotestatus")),
        employment_type=employment_type(_first(row, "job_type", "type")),
        department=plain_text(_first(row, "department")) or None,
        salary=pay_from_text(plain_text(_first(row, "salary")), in_field=True),
        posted_at=utc(row.get("published") or row.get("updated")),
        closes_at=_time(_first(row, "expires_at", "expires", "expiry", "deadline")),
        description_html=SEAT.sub("", content or "") if remotely else content or "",
    )


def _items(whole: Any) -> list[Any]:
    """The items of a JSON Feed."""
    if not isinstance(whole, dict) or "jsonfeed.org" not in str(whole.get("version")):
        raise Unreadable("JSON, but no JSON Feed")
    if not isinstance(whole.get("items"), list):
        raise Unreadable("a JSON Feed without items")
    return whole["items"]


def _item(row: dict[str, Any], source: Source) -> Posting:
    """The posting of an item of a JSON Feed."""
    authors = row.get("authors") or [row.get("author") or {}]
    found = row.get("_jobposting") or {"hiringOrganization": authors[0]}
    return posting_from(
        found,
        source,
        page=row["url"],
        ref=str(row["id"]),
        title=plain_text(row["title"]),
        url=row["url"],
        posted_at=utc(row.get("date_published")),
        changed_at=utc(row.get("date_modified")),
        description_html=row.get("content_html") or row.get("content_text") or "",
    )


def _places(row: Any) -> tuple[Place, ...]:
    region, country = (plain_text(_first(row, name)) for name in ("region", "country"))
    if not region.startswith("Anywhere") and country:
        # The flag goes before the name.
        region = ", ".join(filter(None, (region, re.sub(r"^[^\w]+", "", country))))
    name = plain_text(_first(row, "location")) or region
    return (Place(name),) if name else ()


def _add_places(entries: list[Any], body: bytes) -> None:
    """Give the entries of a Teamtailor feed their places: of several, the parser of the rest keeps the last."""
    if TEAMTAILOR.encode() not in body:
        return
    feed = Selector(text=body.decode("utf-8", "replace"), type="xml")
    feed.register_namespace("tt", TEAMTAILOR)
    items = feed.xpath("//item")
    for entry, item in zip(entries, items if len(items) == len(entries) else (), strict=False):
        named = [
            place(city=each.xpath("string(tt:city)").get(), country=each.xpath("string(tt:country)").get())
            or place(each.xpath("string(tt:name)").get())
            for each in item.xpath("tt:locations/tt:location")
        ]
        entry["places"] = tuple(dict.fromkeys(filter(None, named)))


def _first(row: Any, *names: str) -> str | None:
    """What an entry says under the first of some names; a namespace before the name does not count."""
    for name in names:
        for field, value in row.items():
            if (field == name or field.endswith(f"_{name}")) and isinstance(value, str) and value:
                # WP Job Manager escapes twice.
                return unescape(value)
    return None


def _time(text: str | None) -> datetime | None:
    try:
        return utc(text)
    except ValueError:
        return None
