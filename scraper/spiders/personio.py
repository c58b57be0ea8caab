"""Personio boards: https://developer.personio.de/docs/retrieving-open-job-positions"""

from typing import Any

from lxml import etree
from scrapy import Request
from scrapy.http import Response

from postings.posting import Place, Posting, Salary, Source
from scraper.asking import Unreadable
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.terms import employment_type

#: Asked for one after the other, while postings have no text in those before.
LANGUAGES = ("en", "de", "fr", "es", "nl", "it", "pt")


class PersonioSpider(BoardSpider):
    """Reads a board in one answer for each language needed; the key is the company's name there, or its whole host."""

    name = "personio"
    documented_api = True
    anywhere = True

    def addresses(self, key: str) -> list[str]:
        hosts = [key] if "." in key else [f"{key}.jobs.personio.de", f"{key}.jobs.personio.com"]
        return [f"https://{host}/xml?language={LANGUAGES[0]}" for host in hosts]

    def page(self, response: Response) -> Any:
        try:
            root = etree.fromstring(response.body.lstrip(), etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            raise Unreadable(f"not XML ({error})"[:200]) from error
        if root.tag != "workzag-jobs":
            raise Unreadable(f"no list of positions but <{root.tag}>"[:200])
        root.set("host", response.url.split("/")[2])
        return root

    def rows(self, page: Any) -> list[Any]:
        return page.findall("position")

    def next_page(self, page: Any, request: Request, seen: int) -> Request | None:
        """The feed in the next language, until every position has had a text; each of them lists all positions."""
        listed, told = request.meta.get("positions", (frozenset(), frozenset()))
        texts = {plain_text(row.findtext("id")): _texts(row) for row in self.rows(page)}
        listed |= texts.keys()
        told |= {ref for ref, text in texts.items() if text}
        address, _, language = request.url.rpartition("=")
        following = LANGUAGES.index(language) + 1
        # An empty feed may be one of a language that the board does not know.
        if (listed <= told and (listed or following > 1)) or following == len(LANGUAGES):
            return None
        meta = {"positions": (listed, told), "may_be_missing": True}
        return Request(f"{address}={LANGUAGES[following]}", meta=meta)

    def posting(self, row: Any, source: Source) -> Posting:
        offices = [row.findtext("office"), *(each.text for each in row.findall("additionalOffices/office"))]
        places = dict.fromkeys(Place(name) for office in offices if (name := plain_text(office)))
        ref = plain_text(row.findtext("id"))
        return Posting(
            source=source,
            ref=ref,
            title=plain_text(row.findtext("name")),
            url=f"https://{row.getroottree().getroot().get('host')}/job/{ref}",
            employer=plain_text(row.findtext("subcompany")) or None,
            places=tuple(places),
            employment_type=employment_type(row.findtext("employmentType"), row.findtext("schedule")),
            department=plain_text(row.findtext("department")) or None,
            salary=_pay(row.find("salaryInformation")),
            posted_at=utc(row.findtext("createdAt")),
            description_html=_texts(row),
        )


def _texts(row: Any) -> str:
    parts = []
    for each in row.findall("jobDescriptions/jobDescription"):
        content = (each.findtext("value") or "").strip()
        if content:
            heading = plain_text(each.findtext("name"))
            # Some write plain lines, with bullets of their own.
            parts.append(f"<h3>{heading}</h3>" + (content if "<" in content else content.replace("\n", "<br>")))
    return "".join(parts)


def _pay(field: Any) -> Salary | None:
    if field is None:
        return None
    ends = (field.findtext("min") or None, field.findtext("max") or None)
    return salary_from(
        *ends, field.findtext("currencyCode") or field.findtext("currencySymbol"), field.findtext("type")
    )
