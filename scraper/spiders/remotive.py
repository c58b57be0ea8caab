"""Remotive's listing of remote work: https://github.com/remotive-com/remote-jobs-api

Its terms: name Remotive and link to its page, which ``url`` is; at most four crawls a day; not to be passed on to other
job sites.
"""

from typing import Any
from urllib.parse import quote

from postings.posting import Place, Posting, Source, Workplace
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import pay_from_text
from scraper.terms import employment_type


class RemotiveSpider(BoardSpider):
    """Reads the newest postings of a category, the key; ``all`` is all of them."""

    name = "remotive"
    window = True
    listing = True
    documented_api = True

    def addresses(self, key: str) -> list[str]:
        return ["https://remotive.com/api/remote-jobs" + ("" if key == "all" else f"?category={quote(key)}")]

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["jobs"]

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        where = plain_text(row.get("candidate_required_location"))
        return Posting(
            source=source,
            ref=str(row["id"]),
            title=plain_text(row["title"]),
            url=row["url"],
            employer=plain_text(row["company_name"]),
            places=(Place(where),) if where else (),
            workplace=Workplace.REMOTE,
            employment_type=employment_type(row.get("job_type")),
            department=plain_text(row.get("category")) or None,
            salary=pay_from_text(row.get("salary"), in_field=True),
            posted_at=utc(row.get("publication_date")),
            description_html=row.get("description") or "",
        )
