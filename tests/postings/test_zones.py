"""The parts of a posting told apart, with the shipped headings and cues."""

import pytest

from postings.folding import Folded
from postings.lexicon import Kind, compiled
from postings.matcher import Matcher, Mention
from postings.zones import Zone, Zones

WORDS, _ = compiled.shipped()
MARKS = (Kind.HEADING, Kind.CUE)


@pytest.fixture(scope="module")
def matcher():
    return Matcher([term for term in WORDS.terms if term.kind in MARKS])


@pytest.fixture
def zones(matcher):
    def read(text):
        both = Folded(text)
        marks = [Mention(start, end, both.original(start), term) for start, end, term in matcher.find(both)]
        return Zones(text, marks, name=0, body=0)

    return read


@pytest.mark.parametrize(
    ("heading", "zone"),
    [
        ("About us", Zone.EMPLOYER),
        ("## What you'll do", Zone.DUTIES),
        ("**Key Responsibilities:**", Zone.DUTIES),
        ("Minimum Qualifications", Zone.REQUIREMENTS),
        ("Benefits & Perks", Zone.PERKS),
        ("What we offer:", Zone.PERKS),
        ("Equal Opportunity Employer", Zone.LEGAL),
        ("Über uns", Zone.EMPLOYER),
        ("Deine Aufgaben", Zone.DUTIES),
        ("Dein Profil", Zone.REQUIREMENTS),
        ("Das bieten wir Dir", Zone.PERKS),
        ("Qui sommes-nous ?", Zone.EMPLOYER),
        ("Vos missions", Zone.DUTIES),
        ("Profil recherché", Zone.REQUIREMENTS),
        ("Nos avantages", Zone.PERKS),
        ("Sobre nosotros", Zone.EMPLOYER),
        ("Funciones", Zone.DUTIES),
        ("Requisitos", Zone.REQUIREMENTS),
        ("Beneficios", Zone.PERKS),
        ("Sobre nós", Zone.EMPLOYER),
        ("Responsabilidades", Zone.DUTIES),
        ("Benefícios", Zone.PERKS),
        ("Over ons", Zone.EMPLOYER),
        ("Wat ga je doen?", Zone.DUTIES),
        ("Wat bieden wij", Zone.PERKS),
        ("Chi siamo", Zone.EMPLOYER),
        ("Requisiti", Zone.REQUIREMENTS),
        ("Cosa offriamo", Zone.PERKS),
    ],
)
def test_a_heading_begins_its_part(zones, heading, zone):
    text = f"Some words before.\n\n{heading}\n\n- something to find\n- and more"
    assert zones(text).zone(text.index("something")) is zone
    assert zones(text).zone(0) is Zone.OPENING


def test_a_heading_before_a_colon_begins_its_part_in_a_running_text(zones):
    text = "We mend boilers. Requirements: five years of something. Benefits: a bicycle."
    read = zones(text)
    assert read.zone(text.index("five")) is Zone.REQUIREMENTS
    assert read.zone(text.index("bicycle")) is Zone.PERKS


@pytest.mark.parametrize(
    "sentence",
    [
        "You will write the requirements of our customers down and follow them up.",
        "The benefits of insulation are plain to everyone who pays for heating.",
        "Ask about us in the village and you will hear good things.",
    ],
)
def test_the_words_of_a_heading_in_a_sentence_begin_nothing(zones, sentence):
    text = f"Opening.\n\n{sentence}\nsomething else"
    assert zones(text).zone(text.index("something else")) is Zone.OPENING


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("We pay for JobRad and a transit pass", "perks"),
        ("Cycle to work scheme and 25 days of annual leave", "perks"),
        ("Wir übernehmen das Deutschlandticket", "perks"),
        ("We are an equal opportunity employer", "legal"),
        ("Nous ne faisons aucune différence: égalité des chances", "legal"),
        ("We are a maker of heat exchangers", "self"),
        ("Wir entwickeln Anlagen für den Norden", "self"),
        ("Our clients include airports, mines and wind farms", "customers"),
        ("Wir arbeiten für verschiedene Branchen", "customers"),
    ],
)
def test_a_sentence_is_known_by_its_cue(zones, sentence, cue):
    text = f"Before it. {sentence}. After it."
    read = zones(text)
    assert cue in read.cues(text.index(sentence) + 3)
    assert not read.cues(2) & {cue}
    assert not read.cues(len(text) - 3) & {cue}


@pytest.mark.parametrize(
    "sentence",
    [
        "You bring five years of experience in wind farms",
        "A background in recycling and you are set",
        "Sie haben Erfahrung in der Planung von Wärmenetzen",
        "Vous avez une expérience dans le photovoltaïque",
        "Experiencia en eficiencia energética",
    ],
)
def test_a_sentence_about_what_one_has_done_before_is_known(zones, sentence):
    assert "experience" in zones(f"Before it. {sentence}. After it.").cues(15)


@pytest.mark.parametrize(
    "sentence",
    ["Time at a solar firm is a plus", "Windenergie ist von Vorteil", "Le solaire est un atout", "Bij voorkeur zon"],
)
def test_a_sentence_about_what_is_wished_for_is_known(zones, sentence):
    assert "wished" in zones(f"Before it. {sentence}. After it.").cues(15)
