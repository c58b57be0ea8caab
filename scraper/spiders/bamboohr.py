"""BambooHR boards, by the list their own pages read: https://www.bamboohr.com/"""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.posting import Place, Posting, Source, Workplace
from scraper.asking import json_of
from scraper.boards import BoardSpider
from scraper.clean import describe, plain_text, utc
from scraper.pay import pay_from_text
from scraper.places import place
from scraper.terms import employment_type

WORKPLACES = {"0": Workplace.ONSITE, "1": Workplace.REMOTE, "2": Workplace.HYBRID}


class BamboohrSpider(BoardSpider):
    """Reads a list in one answer, and the text and date of each posting from an answer of its own."""

    name = "bamboohr"
    board_url = "https://{key}.bamboohr.com/careers/list"

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["result"]

    def total(self, page: dict[str, Any]) -> int | None:
        return (page.get("meta") or {}).get("totalCount")

    def ref(self, row: dict[str, Any]) -> str:
        return str(row["id"])

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(f"https://{source.key}.bamboohr.com/careers/{self.ref(row)}/detail")

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting:
        return self._posting(row, source, json_of(response)["result"]["jobOpening"])

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        return self._posting(row, source, {})

    def _posting(self, row: dict[str, Any], source: Source, more: dict[str, Any]) -> Posting:
        html, text = describe(more.get("description"))
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["jobOpeningName"]),
            url=f"https://{source.key}.bamboohr.com/careers/{self.ref(row)}",
            places=_places(row),
            workplace=WORKPLACES.get(str(row.get("locationType")))
            or (Workplace.REMOTE if row.get("isRemote") else None),
            employment_type=employment_type(row.get("employmentStatusLabel")),
            department=plain_text(row.get("departmentLabel")) or None,
            salary=pay_from_text(more.get("compensation"), in_field=True),
            posted_at=utc(more.get("datePosted")),
            description_html=html,
            description_text=text,
        )


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    for where in (row.get("location") or {}, row.get("atsLocation") or {}):
        region = where.get("state") or where.get("province")
        found = place(city=where.get("city"), region=region, country=where.get("country"))
        if found is not None:
            return (found,)
    return ()
