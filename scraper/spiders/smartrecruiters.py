"""SmartRecruiters boards: https://developers.smartrecruiters.com/docs/posting-api"""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.posting import Place, Posting, Salary, Source, Workplace
from scraper.asking import json_of
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.places import place
from scraper.terms import employment_type

BOARD = "https://api.smartrecruiters.com/v1/companies/{}/postings"
PAGE = 100
SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")


class SmartrecruitersSpider(BoardSpider):
    """Reads a list page by page, and the text of each posting from an answer of its own."""

    name = "smartrecruiters"
    documented_api = True
    board_url = BOARD.format("{key}") + f"?limit={PAGE}&offset=0"

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["content"]

    def total(self, page: dict[str, Any]) -> int | None:
        return page["totalFound"]

    def doubt(self, page: dict[str, Any]) -> str | None:
        return None if page["totalFound"] else "no postings, which is also what it says of an unknown company"

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        if not page["content"] or seen >= page["totalFound"]:
            return None
        return Request(request.url.partition("?")[0] + f"?limit={PAGE}&offset={seen}")

    def ref(self, row: dict[str, Any]) -> str:
        return str(row["id"])

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(f"{BOARD.format(source.key)}/{self.ref(row)}")

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting | None:
        return self.posting(row | json_of(response), source)

    def posting(self, row: dict[str, Any], source: Source) -> Posting | None:
        if row.get("active") is False:
            return None
        where = row.get("location") or {}
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["name"]),
            url=row.get("postingUrl") or f"https://jobs.smartrecruiters.com/{source.key}/{self.ref(row)}",
            apply_url=row.get("applyUrl"),
            employer=plain_text((row.get("company") or {}).get("name")) or None,
            places=_places(where),
            workplace=Workplace.REMOTE if where.get("remote") else Workplace.HYBRID if where.get("hybrid") else None,
            employment_type=employment_type((row.get("typeOfEmployment") or {}).get("id")),
            department=plain_text((row.get("department") or {}).get("label")) or None,
            salary=_pay(row.get("compensation") or {}),
            language=(row.get("language") or {}).get("code"),
            posted_at=utc(row.get("releasedDate")),
            description_html=_whole_text((row.get("jobAd") or {}).get("sections") or {}),
        )


def _places(where: dict[str, Any]) -> tuple[Place, ...]:
    found = place(
        where.get("fullLocation"), city=where.get("city"), region=where.get("region"), country=where.get("country")
    )
    return (found,) if found else ()


def _pay(field: dict[str, Any]) -> Salary | None:
    return salary_from(field.get("min"), field.get("max"), field.get("currency"), field.get("period"))


def _whole_text(sections: dict[str, Any]) -> str:
    parts = []
    for name in SECTIONS:
        section = sections.get(name) or {}
        if section.get("text"):
            heading = plain_text(section.get("title"))
            parts += [f"<h3>{heading}</h3>" if heading else "", section["text"]]
    return "".join(parts)
