"""Addresses of every system, and those that only look so."""

from __future__ import annotations

import csv

import pytest
from conftest import ROOT, SHARED
from hypothesis import given
from hypothesis import strategies as st

from scraper.addresses import recognise, whole_key

UUID = "1ca8346a-33cc-401d-90d9-d7f752fdfd7d"
BOARDS = f"""
greenhouse:acme https://boards.greenhouse.io/acme
greenhouse:acme https://job-boards.greenhouse.io/acme
greenhouse:acme https://job-boards.greenhouse.io/acme/jobs/4012345?gh_jid=4012345
greenhouse:acme https://job-boards.eu.greenhouse.io/acme/jobs/4012345
greenhouse:acme https://boards.eu.greenhouse.io/acme
greenhouse:Acme_1 https://boards.greenhouse.io/Acme_1/
greenhouse:acme https://boards.greenhouse.io/embed/job_board?for=acme
greenhouse:acme https://boards.greenhouse.io/embed/job_board/js?for=acme&b=https%3A%2F%2Facme.example
greenhouse:acme https://boards.greenhouse.io/embed/job_app?for=acme&token=4012345
greenhouse:acme https://job-boards.greenhouse.io/embed/job_app?token=1&for=acme
greenhouse:acme https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true
greenhouse:acme https://api.greenhouse.io/v1/boards/acme
lever:acme https://jobs.lever.co/acme
lever:Acme-Wind https://jobs.lever.co/Acme-Wind/{UUID}/apply
lever:acme https://jobs.lever.co/acme?department=Engineering
lever:eu/acme https://jobs.eu.lever.co/acme/{UUID}
lever:acme https://api.lever.co/v0/postings/acme?mode=json
lever:eu/acme https://api.eu.lever.co/v0/postings/acme
ashby:Acme https://jobs.ashbyhq.com/Acme
ashby:acme.com https://jobs.ashbyhq.com/acme.com/{UUID}
ashby:Acme%20Wind https://jobs.ashbyhq.com/Acme%20Wind
ashby:acme https://jobs.ashbyhq.com/acme/embed?version=2
ashby:acme https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true
workable:acme-wind https://apply.workable.com/acme-wind
workable:acme https://apply.workable.com/acme/j/0A1B2C3D4E/
workable:acme https://apply.workable.com/api/v1/widget/accounts/acme?details=true
workable:acme https://apply.workable.com/api/v3/accounts/acme/jobs
workable:123456 https://www.workable.com/api/accounts/123456?details=true
workable:acme https://acme.workable.com/jobs/123
smartrecruiters:AcmeWind https://careers.smartrecruiters.com/AcmeWind
smartrecruiters:AcmeWind https://jobs.smartrecruiters.com/AcmeWind/744000140949875-engineer
smartrecruiters:AcmeWind https://jobs.smartrecruiters.com/oneclick-ui/company/AcmeWind/publication/{UUID}
smartrecruiters:AcmeWind https://api.smartrecruiters.com/v1/companies/AcmeWind/postings
recruitee:acme https://acme.recruitee.com/o/wind-engineer
recruitee:acme https://ACME.recruitee.com/
personio:acme https://acme.jobs.personio.de/job/123?language=en
personio:acme-wind.jobs.personio.com https://acme-wind.jobs.personio.com
personio:acme.jobs.personio.es https://acme.jobs.personio.es/
teamtailor:acme https://acme.teamtailor.com/jobs/1-engineer
teamtailor:acme https://acme.teamtailor.com/jobs.rss
teamtailor:acme.na.teamtailor.com https://acme.na.teamtailor.com/jobs
bamboohr:acme https://acme.bamboohr.com/careers
bamboohr:acme https://acme.bamboohr.com/careers/42/detail
bamboohr:acme https://acme.bamboohr.com/jobs/embed2.php?version=1.0.0
bamboohr:acme https://acme.bamboohr.com/js/embed.js
breezy:acme https://acme.breezy.hr/
breezy:acme-wind https://acme-wind.breezy.hr/p/0a1b2c-engineer
workday:acme.wd5/External_Career_Site https://acme.wd5.myworkdayjobs.com/External_Career_Site
workday:acme.wd103/Acme https://acme.wd103.myworkdayjobs.com/en-US/Acme/job/Berlin/Engineer_R1
workday:acme.wd1/Jobs https://acme.wd1.myworkdayjobs.com/wday/cxs/acme/Jobs/jobs
workday:acme.wd5/Careers https://wd5.myworkdaysite.com/en-US/recruiting/acme/Careers
workday:acme.wd5/Careers https://wd5.myworkdaysite.com/recruiting/acme/Careers/job/Berlin/Engineer_R1
rippling:acme-careers https://ats.rippling.com/acme-careers/jobs
rippling:acme https://ats.rippling.com/en-GB/acme/jobs/{UUID}
rippling:acme https://ats.us1.rippling.com/acme
rippling:acme https://api.rippling.com/platform/api/ats/v1/board/acme/jobs
rippling:acme https://ats.rippling.com/api/v2/board/acme/jobs?page=0
pinpoint:acme https://acme.pinpointhq.com/en/postings/1
pinpoint:acme https://acme.pinpointhq.com
gem:acme-wind https://jobs.gem.com/acme-wind/12345
gem:acme https://api.gem.com/job_board/v0/acme/job_posts/
comeet:acme/30.005 https://www.comeet.com/jobs/acme/30.005
comeet:acme/30.005 https://www.comeet.co/jobs/acme/30.005/engineer/A1.B23
comeet:30.005/ABC123 https://www.comeet.co/careers-api/2.0/company/30.005/positions?token=ABC123&details=true
paylocity:{UUID} https://recruiting.paylocity.com/recruiting/jobs/All/{UUID}/Acme-Wind
paylocity:{UUID} https://recruiting.paylocity.com/Recruiting/Jobs/All/{UUID}
jobvite:acme-wind https://jobs.jobvite.com/acme-wind/job/oABC
jobvite:acme https://jobs.jobvite.com/careers/acme/jobs
icims:acme https://careers-acme.icims.com/jobs/search?ss=1
icims:uscareers-acme.icims.com https://uscareers-acme.icims.com/jobs/1/engineer/job
jazzhr:acme https://acme.applytojob.com/apply/jobs/details/abc
jazzhr:acme https://acme.applytojob.com
join:acme https://join.com/companies/acme
join:acme https://join.com/de/companies/acme/123-engineer
ukg:ACM1000ACME/{UUID} https://recruiting.ultipro.com/ACM1000ACME/JobBoard/{UUID}/?q=&o=postedDateDesc
ukg:recruiting2/ACM1000ACME/{UUID} https://recruiting2.ultipro.com/ACM1000ACME/JobBoard/{UUID}
ukg:recruiting.ultipro.ca/ACM1000ACME/{UUID} https://recruiting.ultipro.ca/ACM1000ACME/jobboard/{UUID}
getro:acme.getro.com https://acme.getro.com/jobs
getro:123 https://api.getro.com/api/v2/collections/123/search/jobs
rss:https://acme.example/jobs.rss https://acme.example/jobs.rss
rss:https://acme.example/jobs/feed/ https://acme.example/jobs/feed/
rss:https://acme.example/?feed=job_feed https://acme.example/?feed=job_feed
rss:https://acme.example/Jobs.Atom?lang=de https://acme.example/Jobs.Atom?lang=de
"""
NOBODYS = f"""
https://acme.example/careers
https://acme.example/careers?gh_jid=4012345
https://www.greenhouse.io/careers
https://www.greenhouse.com/
https://support.greenhouse.io/hc/en-us
https://developers.greenhouse.io/job-board.html
https://boards.greenhouse.io/
https://boards.greenhouse.io/embed/job_board
https://boards.greenhouse.io/embed/job_board?for=
https://boards.greenhouse.io/robots.txt
https://greenhouse.io.example/acme
https://boards.greenhouse.io.example/acme
https://evil.example/boards.greenhouse.io/acme
https://www.lever.co/careers
https://help.lever.co/hc
https://lever.co/acme
https://jobs.lever.co
https://api.lever.co/v1/postings
https://www.ashbyhq.com/customers/acme
https://jobs.ashbyhq.com/
https://jobs.ashbyhq.com/_next/static/x.js
https://developers.ashbyhq.com/docs
https://www.workable.com/post-a-job
https://help.workable.com/hc
https://jobs.workable.com/company/abc/jobs-at-acme
https://apply.workable.com/j/0A1B2C3D4E
https://www.workable.com/assets/embed.js
https://www.smartrecruiters.com/recruiting-software/
https://jobs.smartrecruiters.com/?keyword=wind
https://developers.smartrecruiters.com/docs
https://www.recruitee.com/pricing
https://docs.recruitee.com/reference
https://api.recruitee.com/c/1
https://www.personio.de/ueber-uns
https://support.personio.de/hc
https://developer.personio.de/docs
https://api.personio.de/v1
https://www.teamtailor.com/en/
https://support.teamtailor.com/en/
https://app.teamtailor.com/
https://www.bamboohr.com/careers/
https://help.bamboohr.com/s/
https://acme.bamboohr.com/login.php
https://documentation.bamboohr.com/reference
https://breezy.hr/pricing
https://www.breezy.hr/
https://app.breezy.hr/signin
https://developer.breezy.hr/reference
https://www.workday.com/en-us/company/careers.html
https://acme.wd5.myworkdayjobs.com/
https://acme.wd5.myworkdayjobs.com/wday/authgwy/acme/login
https://acme.wd5.myworkdayjobs.com/en-US/
https://ats.rippling.com/en-GB
https://www.rippling.com/ats
https://developer.rippling.com/documentation
https://www.pinpointhq.com/customers
https://help.pinpointhq.com/
https://www.gem.com/pricing
https://www.comeet.com/pricing
https://www.comeet.co/careers-api/2.0/company/30.005/positions
https://www.paylocity.com/careers
https://recruiting.paylocity.com/recruiting/jobs/Details/123
https://www.jobvite.com/
https://jobs.jobvite.com/support
https://www.icims.com/company/careers/
https://login.icims.com/
https://www.jazzhr.com/
https://app.applytojob.com/
https://join.com/recruiting
https://join.com/companies
https://www.ukg.com/
https://recruiting.ultipro.com/ACM1000ACME/JobBoard/none
https://www.getro.com/
https://api.getro.com/docs
https://acme.example/feedback
https://acme.example/atomic
ftp://boards.greenhouse.io/acme
file:///etc/passwd
javascript:alert(1)
boards.greenhouse.io/acme
//boards.greenhouse.io/acme
http://[::1
https://user:{UUID}@
"""


@pytest.mark.parametrize("line", BOARDS.split("\n")[1:-1])
def test_an_address_of_a_board_tells_its_key(line: str) -> None:
    board, address = line.split()
    assert str(recognise(address)) == board


@pytest.mark.parametrize("address", NOBODYS.split())
def test_a_vendors_own_page_or_a_strange_one_is_no_board(address: str) -> None:
    assert recognise(address) is None


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://jobs.lever.co/", "https://x.recruitee.com/"]))
def test_no_address_however_odd_breaks_it(text: str, before: str) -> None:
    found = recognise(before + text)
    assert found is None or found.key.strip() == found.key


def test_the_boards_of_the_directory_are_those_of_their_careers_pages() -> None:
    rows = csv.DictReader((ROOT / "postings" / "directory.csv").read_text(encoding="utf-8").splitlines())
    read = 0
    for row in rows:
        found = recognise(row["careers_url"]) if row["board"] else None
        if found and found.kind == row["board"].split(":")[0]:
            assert str(found).casefold() == row["board"].casefold()
            read += 1
    assert read > 540


@pytest.mark.parametrize(
    ("kind", "token", "address", "key"),
    [
        ("workday", "acme/Jobs", "https://acme.wd5.myworkdayjobs.com/en-US/Jobs", "acme.wd5/Jobs"),
        ("workday", "acme.wd5/Jobs", "https://acme.wd5.myworkdayjobs.com/Jobs", "acme.wd5/Jobs"),
        ("workday", "other/Jobs", "https://acme.wd5.myworkdayjobs.com/Jobs", "other/Jobs"),
        ("workday", "acme/Jobs", "", "acme/Jobs"),
        ("ukg", "ACM1", f"https://recruiting.ultipro.com/ACM1/JobBoard/{UUID}", f"ACM1/{UUID}"),
        ("ukg", "ACM1", f"https://recruiting2.ultipro.com/ACM1/JobBoard/{UUID}", f"recruiting2/ACM1/{UUID}"),
        ("lever", "acme", "https://jobs.eu.lever.co/acme", "eu/acme"),
        ("lever", "acme", "https://jobs.lever.co/acme", "acme"),
        ("lever", "acme", "https://jobs.eu.lever.co/other", "acme"),
        ("personio", "acme", "https://acme.jobs.personio.com", "acme.jobs.personio.com"),
        ("personio", "acme", "https://acme.jobs.personio.de/", "acme"),
        ("comeet", "30.005", "https://www.comeet.com/jobs/acme/30.005", "acme/30.005"),
        ("greenhouse", "acme", "https://acme.example/careers", "acme"),
    ],
)
def test_what_a_lists_token_lacks_is_taken_from_the_address(kind: str, token: str, address: str, key: str) -> None:
    assert whole_key(kind, token, address) == key


def test_the_tokens_of_a_public_list_become_the_directorys_keys() -> None:
    public = SHARED / "companies" / "companies.csv"
    if not public.exists():
        pytest.skip("the public list of boards is not beside the project")
    directory = csv.DictReader((ROOT / "postings" / "directory.csv").read_text(encoding="utf-8").splitlines())
    known = {row["name"]: row["board"] for row in directory}
    for row in csv.DictReader(public.read_text(encoding="utf-8").splitlines()):
        if row["ats"]:
            key = whole_key(row["ats"], row["ats_token"], row["careers_url"])
            assert f"{row['ats']}:{key}" == known[row["name"]]
