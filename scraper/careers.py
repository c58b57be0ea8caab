"""Where a site speaks of its jobs, in the languages of Europe and the Americas."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from postings.posting import is_web_address
from scraper.addresses import is_feed

#: How pages name the one that lists their jobs: small letters, no accents, blanks for hyphens; ``*`` is any ending.
WORDS = """
career, careers, job, jobs, job openings, job opportunities, openings, open positions, open position, open roles,
current openings, current opportunities, vacancy, vacancies, hiring, join us, join our team, join the team, join our *,
work with us, work for us, work at *, working at *, we're hiring, we are hiring
karriere*, jobangebote, stellen, stellenangebote, stellenanzeigen, stellenmarkt, offene stellen, arbeiten bei
recrutement, recrute, recrutons, carriere, carrieres, emploi, emplois, offres d'emploi, rejoindre, rejoignez*,
nous rejoindre
empleo, empleos, trabaja con nosotros, trabaje con nosotros, unete, vacantes, ofertas de trabajo, bolsa de trabajo
vacature, vacatures, werken bij, werkenbij*, werk bij ons, lavora con noi, posizioni aperte, carriera
trabalhe conosco, trabalhe connosco, vagas, carreira, carreiras, junta te
karriar, lediga jobb, lediga tjanster, jobba, ledige stillinger, stillinger, ledige job
tyopaikat, avoimet tyopaikat, rekry, rekrytointi, kariera, praca, oferty pracy, cariere, allasok, karjaar, darbas
"""
NAMES = [re.escape(word).replace(r"\*", r"\w*") for word in map(str.strip, re.split(r"[,\n]", WORDS)) if word]
JOBS = re.compile(rf"\b(?:{'|'.join(NAMES)})(?!\w)")
#: Where careers pages are if no link says so, the likeliest first.
PATHS = ("/careers", "/jobs", "/karriere")


def speaks_of_jobs(text: str) -> bool:
    """Whether a text, or the path of an address, names jobs."""
    return bool(JOBS.search(_plain(text)))


def careers_links(page: TextResponse) -> list[str]:
    """Addresses a page leads to for its jobs, the likeliest first, each once; no feed, and not the page itself."""
    ranked: dict[str, int] = {}
    for link in page.css("a[href], area[href]"):
        address = _address(page, link.attrib["href"])
        rank = _rank(label_of(link), address) if address else None
        if rank is not None and address.rstrip("/") != page.url.rstrip("/"):
            ranked[address] = min(rank, ranked.get(address, rank))
    return sorted(ranked, key=lambda each: (ranked[each], len(each)))


def label_of(link: Selector) -> str:
    """What a link says to people."""
    words = [*link.css("::text").getall(), *link.xpath("@title|@aria-label|.//img/@alt").getall()]
    return " ".join(" ".join(words).split())[:300]


def _address(page: TextResponse, href: str) -> str:
    try:
        address = urljoin(page.url, href.strip()).split("#")[0]
    except ValueError:
        return ""
    return address if is_web_address(address) and not is_feed(address) else ""


def _rank(label: str, address: str) -> int | None:
    """How likely a link leads to jobs: all of its label says so, a part of it does, or the address alone."""
    plain, parts = _plain(label), urlsplit(address)
    named = JOBS.search(plain)
    if named and len(plain) <= len(named[0]) + 12:
        return 0
    in_address = speaks_of_jobs(f"{parts.netloc} {parts.path}") and parts.path.count("/") <= 3
    if named and (in_address or len(plain) < 40):
        return 1
    return 2 if in_address else None


def _plain(text: str) -> str:
    """Small letters without accents; blanks for what stands between the words of an address."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9']+", " ", plain).split())
