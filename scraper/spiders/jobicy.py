"""Jobicy's listing of remote work: https://jobicy.com/jobs-rss-feed

Its terms: name Jobicy and link to its page, which ``url`` is; a few crawls a day are enough, never more than one an
hour; not to be passed on to other job sites.
"""

from typing import Any
from urllib.parse import quote

from postings.posting import Place, Posting, Salary, Source, Workplace
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.terms import employment_type


class JobicySpider(BoardSpider):
    """Reads the newest postings of an industry, the key; ``all`` is all of them."""

    name = "jobicy"
    window = True
    listing = True
    documented_api = True

    def addresses(self, key: str) -> list[str]:
        return ["https://jobicy.com/api/v2/remote-jobs?count=50" + ("" if key == "all" else f"&industry={quote(key)}")]

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["jobs"]

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        where = plain_text(row.get("jobGeo"))
        return Posting(
            source=source,
            ref=str(row["id"]),
            title=plain_text(row["jobTitle"]),
            url=row["url"],
            employer=plain_text(row["companyName"]),
            places=(Place(where),) if where else (),
            workplace=Workplace.REMOTE,
            employment_type=employment_type(*(row.get("jobType") or ())),
            department=", ".join(map(plain_text, row.get("jobIndustry") or ())) or None,
            salary=_pay(row),
            posted_at=utc(row.get("pubDate")),
            description_html=row.get("jobDescription") or row.get("jobExcerpt") or "",
        )


def _pay(row: dict[str, Any]) -> Salary | None:
    return salary_from(*(row.get(f"salary{name}") for name in ("Min", "Max", "Currency", "Period")))
