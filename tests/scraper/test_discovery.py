"""From a careers page or homepage to the employer's board, and never to another's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import SHARED
from recorded_boards import Engine
from replaying import Replay, replaying
from scrapy.http import HtmlResponse

from commands import main
from postings.posting import Posting, Source
from scraper.asking import Unreadable
from scraper.belonging import Verdict, Whose, judged, same_name
from scraper.careers import careers_links, speaks_of_jobs
from scraper.discovery import Found, Search
from scraper.process import settings
from scraper.traces import traces

pytestmark = pytest.mark.whole

HOME = "https://acme.example/"
CAREERS = "https://acme.example/careers"
GREENHOUSE = "https://boards-api.greenhouse.io/v1/boards/{}/jobs"


def greenhouse(*rows: tuple[str | None, str], text: str = "") -> str:
    """A board at Greenhouse whose postings have these (employer, address)."""
    jobs = [
        {"id": number, "title": "Engineer", "absolute_url": url, "company_name": employer, "content": text}
        for number, (employer, url) in enumerate(rows)
    ]
    return json.dumps({"jobs": jobs, "meta": {"total": len(jobs)}})


def lever(name: str, text: str = "") -> str:
    """A board at Lever, which never says who hires."""
    row = {"id": "1", "text": "Engineer", "hostedUrl": f"https://jobs.lever.co/{name}/1", "createdAt": 1700000000000}
    return json.dumps([{**row, "categories": {}, "description": text}])


def look(
    folder: Path, answers: dict[str, str], address: str = CAREERS, whose: Whose | None = None
) -> tuple[Found, list[str]]:
    """What is found where the web is made of these answers, and what was asked."""
    routes: list[dict[str, Any]] = []
    for number, (url, body) in enumerate(answers.items()):
        (folder / str(number)).write_text(body)
        routes.append({"url": url, "file": str(number), "content_type": "text/html"})
    engine = Engine(folder, routes)
    signals = SimpleNamespace(connect=lambda *of, **more: None)
    crawler: Any = SimpleNamespace(engine=engine, settings=settings(), signals=signals)
    found = asyncio.run(Search(crawler, whose or Whose()).of(address))
    return found, [request.url for request in engine.asked]


def page(body: str, title: str = "Careers | Acme") -> str:
    return f"<html><head><title>{title}</title></head><body><h1>Hello</h1>{body}</body></html>"


OWN = greenhouse(("Acme, Inc.", "https://job-boards.greenhouse.io/acme/jobs/1"))
LINKED = '<a href="https://job-boards.greenhouse.io/acme">See our openings</a>'
EMBEDS = {
    "link": LINKED,
    "script": '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>',
    "frame": '<iframe src="//boards.greenhouse.io/embed/job_board?for=acme"></iframe>',
    "late frame": '<iframe data-src="https://boards.greenhouse.io/embed/job_board?for=acme"></iframe>',
    "key in a script": '<script>window.app = {"jobs": {"urlToken":"acme"}}</script>',
    "address in a script": r'<script>var u = "https:\/\/boards-api.greenhouse.io\/v1\/boards\/acme\/jobs"</script>',
    "data attribute": '<div data-board="https://boards.greenhouse.io/acme"></div>',
    "form": '<form action="https://boards.greenhouse.io/acme"></form>',
}


@pytest.mark.parametrize("body", EMBEDS.values(), ids=EMBEDS)
def test_a_careers_page_leads_to_its_board(body: str, tmp_path: Path) -> None:
    found, asked = look(tmp_path, {CAREERS: page(body), GREENHOUSE.format("acme"): OWN})
    assert found.sure is not None
    assert str(found.sure.source) == "greenhouse:acme"
    assert found.sure.why.endswith("; its postings are of Acme, Inc.")
    assert (found.employer, found.homepage) == ("Acme", HOME)
    assert len(asked) == 2


WIDGETS = {
    "workable:123456": "<script>whr(document).ready(function(){ whr_embed(123456, {detail: 'titles'}); });</script>",
    "lever:acme": "<script>window.leverJobsOptions = {container: 'x', accountName: 'acme', includeCss: true};</script>",
    "smartrecruiters:AcmeWind": '<script>widget({"company_code": "AcmeWind", "bg": "#fff"});</script>',
    "comeet:30.005/A1B2C3": "<script>COMEET.init({'token': 'A1B2C3', 'company-uid': '30.005'})</script>",
    "bamboohr:acme": '<div id="BambooHR" data-domain="acme.bamboohr.com" data-version="1.0.0"></div>',
    "teamtailor:acme.example": '<script src="https://scripts.teamtailor-cdn.com/x.js"></script>',
    "recruitee:acme.example": '<link href="https://d.recruiteecdn.com/x.css" rel="stylesheet">',
    "rss:https://acme.example/?feed=job_feed": '<ul class="job_listings"></ul>',
    "rss:https://acme.example/jobs.rss": '<link rel="alternate" type="application/rss+xml" href="/jobs.rss">',
    f"jsonld:{CAREERS}": '<script type="application/ld+json">{"@type":"JobPosting","title":"A"}</script>',
}


@pytest.mark.parametrize(("board", "body"), WIDGETS.items(), ids=WIDGETS)
def test_widgets_and_marks_of_other_systems_are_known(board: str, body: str) -> None:
    response = HtmlResponse(CAREERS, body=page(body).encode(), encoding="utf-8")
    assert [str(each.source) for each in traces(response, of_jobs=True)] == [board]


def test_a_blogs_feed_and_another_firms_board_on_a_homepage_are_no_jobs_of_this_one() -> None:
    body = """<link rel="alternate" href="/blog/feed/" title="News">
        <a href="https://jobs.lever.co/customer">Our customer</a> <script>{"logos": "https://jobs.lever.co/other"}</script>"""
    response = HtmlResponse(HOME, body=page(body, "Acme").encode(), encoding="utf-8")
    assert not [each for each in traces(response, of_jobs=False) if each.of_jobs]


def test_a_board_of_another_employer_is_foreign_and_not_taken(tmp_path: Path) -> None:
    another = greenhouse(("Acme Animal Hospital", "https://job-boards.greenhouse.io/acme/jobs/1"))
    found, _ = look(tmp_path, {CAREERS: page(LINKED), GREENHOUSE.format("acme"): another})
    (candidate,) = found.candidates
    assert found.sure is None
    assert candidate.judgement.verdict is Verdict.FOREIGN
    assert candidate.judgement.reason == "its postings are of Acme Animal Hospital, not of Acme"


def test_a_board_under_another_name_whose_postings_lead_home_is_taken(tmp_path: Path) -> None:
    board = greenhouse(("Zenith Holding", "https://www.acme.example/jobs?gh_jid=1"))
    found, _ = look(tmp_path, {CAREERS: page(LINKED), GREENHOUSE.format("acme"): board})
    assert found.sure is not None
    assert found.sure.judgement.reason == "its postings lead to acme.example"


def test_a_board_that_names_nobody_is_taken_where_the_careers_page_links_it(tmp_path: Path) -> None:
    body = '<a href="https://jobs.lever.co/acme">Apply</a>'
    found, _ = look(tmp_path, {CAREERS: page(body), "https://api.lever.co/v0/postings/acme": lever("acme")})
    assert found.sure is not None
    assert str(found.sure.source) == "lever:acme"
    assert found.sure.why == f"linked from {CAREERS}"


def test_a_board_linked_in_passing_is_not_taken_unless_it_names_the_employer(tmp_path: Path) -> None:
    answers = {HOME: page('<a href="https://jobs.lever.co/other">Our customer</a>', "Acme")}
    answers["https://api.lever.co/v0/postings/other"] = lever("other")
    found, _ = look(tmp_path, answers, HOME)
    assert found.sure is None
    assert [each.judgement.verdict for each in found.candidates] == [Verdict.AMBIGUOUS]
    answers["https://api.lever.co/v0/postings/other"] = lever("other", '<a href="https://acme.example/x">We</a>')
    found, _ = look(tmp_path, answers, HOME)
    assert found.sure is not None


def test_two_boards_as_good_as_each_other_are_both_shown_and_neither_is_taken(tmp_path: Path) -> None:
    body = '<a href="https://jobs.lever.co/acme">One</a> <a href="https://jobs.lever.co/acme-labs">Two</a>'
    boards = {f"https://api.lever.co/v0/postings/{name}": lever(name) for name in ("acme", "acme-labs")}
    found, _ = look(tmp_path, {CAREERS: page(body)} | boards)
    assert found.sure is None
    assert [str(each.source) for each in found.candidates] == ["lever:acme", "lever:acme-labs"]
    assert {each.judgement.verdict for each in found.candidates} == {Verdict.AMBIGUOUS}


def test_a_board_that_names_the_employer_is_taken_before_one_that_is_only_linked(tmp_path: Path) -> None:
    body = f'{LINKED} <a href="https://jobs.lever.co/partner">Jobs at our partner</a>'
    answers = {CAREERS: page(body), "https://api.lever.co/v0/postings/partner": lever("partner")}
    found, _ = look(tmp_path, answers | {GREENHOUSE.format("acme"): OWN})
    assert found.sure is not None
    assert str(found.sure.source) == "greenhouse:acme"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/about/jobs">Careers</a>',
        '<a href="/x">Join our team</a>',
        '<a href="/karriere">Karriere</a>',
        '<a href="/de/stellen">Offene Stellen</a>',
        '<a href="/recrutement">Nous rejoindre</a>',
        '<a href="/es/empleo">Trabaja con nosotros</a>',
        '<a href="/vacatures">Vacatures</a>',
        '<a href="/lavora-con-noi">Lavora con noi</a>',
        '<a href="/praca">Praca</a>',
        '<a href="https://careers.acme.example">Jobs</a>',
        '<a href="/team"><img alt="We’re hiring"></a>',
    ],
)
def test_a_homepage_leads_to_its_careers_page(link: str, tmp_path: Path) -> None:
    response = HtmlResponse(HOME, body=page(link, "Acme").encode(), encoding="utf-8")
    (careers,) = careers_links(response)
    more = (
        '<a href="/products">Products</a> <a href="/blog/a-job-well-done-in-the-north-sea">A job well done at sea</a>'
    )
    answers = {HOME: page(more + link, "Acme"), careers: page(LINKED), GREENHOUSE.format("acme"): OWN}
    found, asked = look(tmp_path, answers, HOME)
    assert found.sure is not None
    assert asked[:2] == [HOME, careers]


def test_usual_paths_are_tried_where_nothing_leads_to_the_jobs_and_six_pages_are_the_most(tmp_path: Path) -> None:
    found, asked = look(tmp_path, {HOME: page("", "Acme"), CAREERS: page(LINKED), GREENHOUSE.format("acme"): OWN}, HOME)
    assert found.sure is not None
    many = "".join(f'<a href="/jobs/{number}">Jobs {number}</a>' for number in range(50))
    found, asked = look(tmp_path, {HOME: page(many, "Acme"), "https://acme.example/jobs/1": page(many)}, HOME)
    assert found.sure is None
    # Then one of them is read as a board: its list, and the first rows of it.
    assert len(asked) <= 6 + 6


def test_the_address_of_a_board_is_read_without_looking_at_its_page(tmp_path: Path) -> None:
    address = "https://job-boards.greenhouse.io/acme/jobs/1"
    found, asked = look(tmp_path, {GREENHOUSE.format("acme"): OWN}, address)
    assert found.sure is not None
    assert (found.employer, found.homepage) == ("Acme, Inc.", None)
    assert len(asked) == 1
    foreign, _ = look(tmp_path, {GREENHOUSE.format("acme"): OWN}, address, Whose(("Zenith",)))
    assert foreign.sure is None


def test_a_board_that_is_gone_or_has_no_spider_is_shown_as_such(tmp_path: Path) -> None:
    found, _ = look(tmp_path, {CAREERS: page(LINKED)})
    assert [each.judgement.reason for each in found.candidates][:1] == ["HTTP 404: it is not there"]
    assert found.sure is None


def test_a_page_that_cannot_be_read_is_a_trouble_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="HTTP 404"):
        look(tmp_path, {})


def test_ten_thousand_nested_tags_are_looked_through(tmp_path: Path) -> None:
    body = "<div>" * 10_000 + LINKED
    found, _ = look(tmp_path, {CAREERS: page(body), GREENHOUSE.format("acme"): OWN})
    assert found.trouble is None


def test_a_large_board_is_not_read_whole(tmp_path: Path) -> None:
    rows = {
        "totalFound": 90,
        "offset": 0,
        "limit": 100,
        "content": [{"id": str(n), "name": "Engineer"} for n in range(90)],
    }
    api = "https://api.smartrecruiters.com/v1/companies/Acme/postings"
    details = {f"{api}/{n}": json.dumps({"id": str(n), "name": "Engineer"}) for n in range(90)}
    _, asked = look(tmp_path, {api: json.dumps(rows)} | details, "https://careers.smartrecruiters.com/Acme")
    assert len(asked) <= 6


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Acme", "ACME, Inc.", True),
        ("EnergyHub", "Energy Hub", True),
        ("Acme Wind GmbH", "acmewind", True),
        ("Acme Energy", "Acme Energy Group", True),
        ("Électricité Verte", "Electricite Verte SA", True),
        ("Acme", "Acme Sverige AB", True),
        ("Acme", "Acme SE & Co. KG", True),
        ("Palmetto", "Palmetto Animal Hospital", False),
        ("Acme AI", "Acme", False),
        ("Niger Delta Wind", "Delta Wind", False),
        ("Sense", "Sens", False),
        ("Stem", "Steam", False),
        ("Acme Wind", "Acme Solar", False),
        ("", "Acme", False),
    ],
)
def test_names_of_one_employer_are_one_name(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_a_name_for_short_is_taken_where_it_is_linked() -> None:
    source = Source("workday", "anwb.wd5/Jobs")
    posting = Posting(
        source=source, ref="1", title="A", url="https://x.example/1", employer="Acme North Wind Builders, Inc."
    )
    whose = Whose(("ANWB",), ("anwb.example",))
    assert judged([posting], whose, linked="linked from there").verdict is Verdict.OWN
    assert judged([posting], whose, linked=None).verdict is Verdict.FOREIGN
    assert judged([posting], Whose(("NWB",)), linked="linked from there").verdict is Verdict.FOREIGN


def test_an_empty_board_is_taken_on_a_link_alone() -> None:
    whose = Whose(("Acme",), ("acme.example",))
    assert judged([], whose, linked="linked from there").verdict is Verdict.OWN
    assert judged([], whose, linked=None).verdict is Verdict.AMBIGUOUS


@pytest.mark.parametrize("text", ["Products", "Über uns", "herstellen", "Vorstellung", "blog", "", "/de/produkte"])
def test_other_words_do_not_speak_of_jobs(text: str) -> None:
    assert not speaks_of_jobs(text)


#: Made-up pages of real employers, and the recorded boards they lead to.
REAL = {
    "greenhouse:energyhub": ("EnergyHub", '<iframe src="https://boards.greenhouse.io/embed/job_board?for=energyhub">'),
    "ashby:climatiq": ("Climatiq", '<script src="https://jobs.ashbyhq.com/climatiq/embed?version=2"></script>'),
    "lever:atomcomputing": ("Atom Computing", '<a href="https://jobs.lever.co/atomcomputing">Open positions</a>'),
    "recruitee:jobs.channable.com": ("Channable", '<a href="https://jobs.channable.com">Vacatures</a>'),
    "teamtailor:1komma5": ("1KOMMA5°", '<a href="https://1komma5.teamtailor.com/jobs">Jobs</a>'),
    "personio:personio": ("Personio", '<a href="https://personio.jobs.personio.de">Offene Stellen</a>'),
    "workday:gdit.wd5/External_Career_Site": (
        "GDIT",
        '<a href="https://gdit.wd5.myworkdayjobs.com/en-US/External_Career_Site">Search jobs</a>',
    ),
}
ODD = {
    "https://palmetto.example/": page('<a href="/careers/">Careers</a>', "Palmetto | Solar made simple"),
    "https://palmetto.example/careers": page('<a href="https://boards.greenhouse.io/palmetto">Jobs</a>', "Palmetto"),
    "https://jobs.channable.com/": page('<script src="https://x.recruiteecdn.com/a.js"></script>', "Channable"),
    "https://moved.example/": "-> https://energyhub.example/",
    "https://circle.example/": "-> https://circle.example/?again",
    "https://inwards.example/": "-> http://127.0.0.1:8000/",
    "https://far.example/0": "-> https://far.example/1",
    **{f"https://far.example/{number}": f"-> https://far.example/{number + 1}" for number in range(1, 8)},
    "https://filed.example/": "-> file:///etc/passwd",
}


def site_of(name: str) -> str:
    return f"https://{name.replace(' ', '').replace('°', '').lower()}.example/"


@pytest.fixture(scope="module")
def web(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """The program, where the web is made of recorded boards and made-up pages."""
    folder = tmp_path_factory.mktemp("web")
    pages = {**ODD}
    for name, body in REAL.values():
        pages[site_of(name)] = page('<a href="/company/careers">Careers</a>', f"{name} - Home")
        pages[f"{site_of(name)}company/careers"] = page(body, f"Careers at {name}")
    routes: list[dict[str, Any]] = []
    for number, (url, body) in enumerate(pages.items()):
        route: dict[str, Any] = {"url": url, "content_type": "text/html; charset=utf-8"}
        if body.startswith("-> "):
            route |= {"status": 302, "headers": {"Location": body[3:]}}
        else:
            (folder / f"{number}.html").write_text(body)
            route["file"] = f"{number}.html"
        routes.append(route)
    (folder / "samples.json").write_text(json.dumps(routes))
    with replaying(SHARED, folder, extra=folder) as replay:
        yield replay


def boards(replay: Replay) -> dict[str, Any]:
    return {each["source"]: each for each in json.loads(replay.run("sources", "list", "--json").stdout)}


@pytest.mark.parametrize("board", REAL)
def test_the_homepage_of_a_real_employer_leads_to_its_recorded_board(web: Replay, board: str) -> None:
    name, _ = REAL[board]
    done = web.run("sources", "add", site_of(name), "--solution", "composting")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{board} ")
    assert boards(web)[board]["employer"]["name"].lower().replace(" ", "") == name.lower().replace(" ", "")


def test_palmettos_page_does_not_bring_the_board_of_an_animal_hospital(web: Replay) -> None:
    done = web.run("sources", "add", "palmetto.example")
    assert done.returncode == 1
    assert "foreign" in done.stdout
    assert "its postings are of Palmetto Animal Hospital, not of Palmetto" in " ".join(done.stdout.split())
    named = web.run("sources", "add", "https://boards.greenhouse.io/palmetto", "--employer", "Palmetto")
    assert named.returncode == 1
    assert "greenhouse:palmetto" not in boards(web)


def test_a_redirect_is_followed_to_the_employers_page(web: Replay) -> None:
    done = web.run("sources", "add", "https://moved.example/")
    assert (done.returncode, done.stdout.split()[0]) == (0, "greenhouse:energyhub"), done.stderr


@pytest.mark.parametrize(
    ("address", "code", "reason"),
    [
        ("https://inwards.example/", 2, "127.0.0.1 is no public address"),
        ("https://circle.example/", 1, "max redirections reached"),
        ("https://far.example/0", 1, "max redirections reached"),
        ("https://filed.example/", 1, "sends us on to file:///etc/passwd"),
    ],
)
def test_an_address_that_leads_astray_ends_with_one_line_and_nothing_is_added(
    web: Replay, address: str, code: int, reason: str
) -> None:
    done = web.run("sources", "add", address, "--employer", "Led Astray")
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Led Astray" not in {each["employer"] and each["employer"]["name"] for each in boards(web).values()}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1/careers", "127.0.0.1 is no public address"),
        ("http://[::ffff:169.254.169.254]/", "no public address"),
        ("file:///etc/passwd", "not an address of http or https"),
        ("ftp://acme.example/careers", "not an address of http or https"),
        ("https://me:secret@acme.example/", "a name or password"),
        ("http://acme.example:22/", "port 22"),
        ("https://", "names no host"),
        ("https://acme.example/<b>", "no web address"),
        ("acme", "no source"),
    ],
)
def test_an_address_that_is_never_asked_is_refused_as_it_is_typed(address: str, reason: str, tmp_path: Path) -> None:
    database = tmp_path / "jobs.db"
    done = CliRunner().invoke(
        main, ["sources", "add", address], env={"CLIMATE_JOBS_DATABASE_URL": f"sqlite:///{database}"}
    )
    assert done.exit_code == 2
    assert reason in done.output
    assert done.output.count("\n") == 1
    assert not database.exists()
