"""Items of long lists told from what a posting is about."""

import pytest

from postings.enumerations import among_many
from postings.tagger import Tagger
from postings.zones import Zones


def listed(sentence, *words):
    zones = Zones(sentence, [], name=0, body=0)
    found = among_many(zones, [sentence.index(word) for word in words])
    return [word for word in words if sentence.index(word) in found]


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("Our shops sell bread, fruit, oat milk, cleaning goods and toys.", "oat milk"),
        ("Our shops sell oat milk, bread, fruit, cleaning goods and toys.", "oat milk"),
        ("We serve banks, hospitals, schools, insurers and solar installers.", "solar"),
        ("Wir beliefern Banken, Kliniken, Solarparks, Versicherungen und Händler.", "Solarparks"),
        ("Nous servons des banques, des hôpitaux, des parcs éoliens, des villes.", "parcs éoliens"),
    ],
)
def test_one_thing_of_a_long_list_is_among_many(sentence, word):
    assert listed(sentence, word) == [word]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (
            "We install solar panels, batteries, heat pumps and wallboxes.",
            ["solar", "batteries", "heat pumps", "wallboxes"],
        ),
        ("We install solar panels, boilers, heat pumps and tiles.", ["solar", "heat pumps"]),
        ("We build heat pumps for homes, schools and offices.", ["heat pumps"]),
        (
            "Composting is what we do from morning to evening here, with vans, shovels, patience and love.",
            ["Composting"],
        ),
        (
            "With vans, shovels, patience we collect what the kitchens of the whole town leave, for composting plant.",
            ["composting"],
        ),
        ("We sell bread, fruit, toys, pens. Heat pumps are our trade.", ["Heat pumps"]),
    ],
)
def test_a_bundle_of_products_or_a_sentence_with_commas_is_no_list(sentence, words):
    assert listed(sentence, *words) == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("We deliver fresh fish, plant-based meat, wine, bread and household goods to your door.", "plant-rich-diets"),
        ("We make alarms, e-bike motors, lawn mowers, drills and dishwashers.", "electric-bicycles"),
        (
            "Help us to protect forests, defend journalists, feed families, build wells and teach children.",
            "forest-protection",
        ),
        (
            "You sell our app to solar installers, plumbers, landlords, insurers and more.",
            "distributed-solar-photovoltaics",
        ),
    ],
)
def test_a_solution_among_many_things_is_no_tag_and_alone_it_is(text, slug):
    tagger = Tagger.shipped()
    item = next(
        part
        for part in text.split(",")
        if slug in {tag.solution for tag in tagger.tags(title="", text=f"We work on {part}.")}
    )
    assert item
    assert slug not in {tag.solution for tag in tagger.tags(title="Clerk", text=text)}
