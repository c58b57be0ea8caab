"""Teamtailor boards, by their feeds: https://support.teamtailor.com/en/articles/5963321-rss-feed-for-job-ads"""

from typing import Any

from lxml import etree
from scrapy import Request
from scrapy.http import Response

from postings.posting import Place, Posting, Source, Workplace
from scraper.asking import Unreadable, json_of
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.job_posting import posting_from
from scraper.places import place

TT = "{https://teamtailor.com/locations}"
#: So many come where none are asked for.
PAGE = 100
WORKPLACES = {"fully": Workplace.REMOTE, "hybrid": Workplace.HYBRID, "none": Workplace.ONSITE}


class TeamtailorSpider(BoardSpider):
    """Reads a board's JSON Feed, else its RSS; the key is the company's name there, or its whole host."""

    name = "teamtailor"
    documented_api = True
    anywhere = True

    def addresses(self, key: str) -> list[str]:
        host = key if "." in key else f"{key}.teamtailor.com"
        return [f"https://{host}/jobs.json", f"https://{host}/jobs.rss"]

    def page(self, response: Response) -> Any:
        if not response.body.lstrip().startswith(b"<"):
            return json_of(response)
        try:
            feed = etree.fromstring(response.body.lstrip(), etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            raise Unreadable(f"neither JSON nor a feed ({error})"[:200]) from error
        if feed.tag != "rss":
            raise Unreadable(f"no feed but <{feed.tag}>"[:200])
        return feed

    def rows(self, page: Any) -> list[Any]:
        return page["items"] if isinstance(page, dict) else page.find("channel").findall("item")

    def next_page(self, page: Any, request: Request, seen: int) -> Request | None:
        """Pages until one is empty, or brings nothing new: some feeds hold all, whatever page is asked for."""
        if not self.rows(page):
            return None
        address = f"{request.url.partition('?')[0]}?offset={seen}&per_page={PAGE}"
        return Request(address, meta={"may_be_missing": seen % PAGE > 0})

    def ref(self, row: Any) -> str:
        return _ref(row)

    def posting(self, row: Any, source: Source) -> Posting:
        return _of_json(row, source) if isinstance(row, dict) else _of_rss(row, source)


def _ref(row: Any) -> str:
    return str(row["id"]) if isinstance(row, dict) else row.findtext("guid") or row.findtext("link") or ""


def _of_json(row: dict[str, Any], source: Source) -> Posting:
    return posting_from(
        row.get("_jobposting") or {},
        source,
        page=row["url"],
        ref=_ref(row),
        title=plain_text(row["title"]),
        posted_at=utc(row.get("date_published")),
        changed_at=utc(row.get("date_modified")),
        description_html=row.get("content_html") or "",
    )


def _of_rss(row: Any, source: Source) -> Posting:
    return Posting(
        source=source,
        ref=_ref(row),
        title=plain_text(row.findtext("title")),
        url=(row.findtext("link") or "").strip(),
        employer=plain_text(row.getparent().findtext("title")) or None,
        places=tuple(found for each in row.iter(f"{TT}location") if (found := _place(each))),
        workplace=WORKPLACES.get(row.findtext("remoteStatus") or ""),
        department=plain_text(row.findtext(f"{TT}department")) or None,
        posted_at=utc(row.findtext("pubDate")),
        description_html=row.findtext("description") or "",
    )


def _place(where: Any) -> Place | None:
    return place(city=where.findtext(f"{TT}city"), country=where.findtext(f"{TT}country")) or place(
        where.findtext(f"{TT}name")
    )
