"""The odd words of sources for workplace and employment type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.posting import EmploymentType, Workplace
from scraper.terms import employment_type, workplace

WORKPLACES = {
    Workplace.REMOTE: """
        Remote; REMOTE; fully remote; Remote job; Remote-Friendly, United States; fully; Home based - EMEA;
        Home-based, Germany; Work from home; TELECOMMUTE; Télétravail; Homeoffice; Anywhere in the World;
        Teletrabajo
    """,
    Workplace.HYBRID: """
        Hybrid; hybrid; HYBRID; Hybrid - London; Hybrid (Remote); hybride; híbrido; partially remote
    """,
    Workplace.ONSITE: """
        On-site; onsite; ON_SITE; OnSite; on site; Office Based - Beijing; In-person; In office; vor Ort;
        sur site
    """,
    None: """
        unspecified; none; Berlin; No remote; not fully remote; On-site or Remote; Remotely; Home Depot
    """,
}
EMPLOYMENT = {
    EmploymentType.FULL_TIME: """
        FullTime; Full-time; full_time; FULL_TIME; Full Time Employee; Regular Full Time (Salary);
        SALARIED_FT; Vollzeit; fulltime_permanent; CDI; permanent; Temps plein; Jornada completa;
        Unbefristet; Festanstellung; Heltid; 正社員
    """,
    EmploymentType.PART_TIME: """
        Part-time; PartTime; PART_TIME; Teilzeit (20h); Temps partiel; Permanent, part-time; Minijob
    """,
    EmploymentType.CONTRACT: """
        Contract; Contractor; CONTRACTOR; contract_to_hire; Freelance; freelancer; Consultancy
    """,
    EmploymentType.TEMPORARY: """
        Temporary; temp; Seasonal; CDD; fulltime_fixed_term; Befristet; Fixed-term; TEMPORARY
    """,
    EmploymentType.INTERNSHIP: """
        Intern; INTERN; Internship; Full-time internship; Praktikum; Werkstudent; Stage; Co-op
    """,
    EmploymentType.VOLUNTEER: """
        Volunteer; VOLUNTEER; Ehrenamtlich; Bénévolat
    """,
    EmploymentType.OTHER: """
        Other; OTHER; Ausbildung; Apprenticeship
    """,
    None: """
        Full or part time; Vollzeit / Teilzeit; full-or-part-time; professional / experienced;
        International; Tempo
    """,
}


def rows(table):
    return [(" ".join(word.split()), meant) for meant, words in table.items() for word in words.split(";")]


@pytest.mark.parametrize(("word", "meant"), rows(WORKPLACES))
def test_a_workplace_is_read_from_the_words_of_sources(word, meant):
    assert workplace(word) is meant


@pytest.mark.parametrize(("word", "meant"), rows(EMPLOYMENT))
def test_an_employment_type_is_read_from_the_words_of_sources(word, meant):
    assert employment_type(word) is meant


def test_an_employment_type_may_stand_in_two_fields():
    assert employment_type("permanent", "part-time") is EmploymentType.PART_TIME
    assert employment_type(None, "intern") is EmploymentType.INTERNSHIP
    assert employment_type("permanent", "full-or-part-time") is None
    assert employment_type(None, None) is None
    assert workplace(None) is None


@given(st.text())
def test_any_text_is_taken(text):
    assert workplace(text) is None or workplace(text) in Workplace
    assert employment_type(text) is None or employment_type(text) in EmploymentType
