"""Places: a labelled set of real location texts, forms by hand, fields, wild input."""

import csv
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.posting import Place, Workplace
from scraper.gazetteer import fold, gazetteer
from scraper.places import country_code, place, read_places

ROWS = list(csv.DictReader(Path(__file__).with_name("places.csv").open(encoding="utf-8")))
TUNED = [row for row in ROWS if row["split"] == "tune"]
HELD = [row for row in ROWS if row["split"] == "held"]


def said(row):
    """What the label says: sets of countries and cities, and the workplace."""
    return (
        set(filter(None, row["country"].split("|"))),
        set(filter(None, row["city"].split("|"))),
        row["workplace"] or None,
    )


def read(row):
    found = read_places(row["text"])
    countries = {one.country for one in found.places} - {None}
    return countries, {one.city for one in found.places} - {None}, found.workplace


@pytest.mark.parametrize("rows", [TUNED, HELD], ids=["tuned on", "kept out"])
def test_places_of_real_texts_are_right(rows):
    pairs = [(said(row), read(row)) for row in rows]
    right = [sum(label[part] == found[part] for label, found in pairs) / len(pairs) for part in range(3)]
    assert right[0] >= 0.97, "countries"
    assert right[1] >= 0.93, "cities"
    assert right[2] >= 0.97, "workplaces"


@pytest.mark.parametrize("rows", [TUNED, HELD], ids=["tuned on", "kept out"])
def test_hardly_any_place_is_invented(rows):
    invented = [
        row["text"] for row in rows for label, found in zip(said(row)[:2], read(row)[:2], strict=True) if found - label
    ]
    assert len(set(invented)) <= 0.02 * len(rows), invented


def test_the_labelled_set_is_large_enough():
    assert len(ROWS) >= 250
    assert min(len(TUNED), len(HELD)) >= 0.4 * len(ROWS)


@pytest.mark.parametrize(
    ("text", "places", "workplace", "scope"),
    [
        ("Berlin", [("Berlin", "Berlin", "DE")], None, None),
        ("München", [("Munich", "Bayern", "DE")], None, None),
        ("Muenchen", [("Munich", "Bayern", "DE")], None, None),
        ("Hybrid - London", [("London", "England", "GB")], "hybrid", None),
        ("Remote", [], "remote", None),
        ("Remote - US", [(None, None, "US")], "remote", ("US",)),
        ("US-Remote", [(None, None, "US")], "remote", ("US",)),
        ("Remote, Germany or France", [(None, None, "DE"), (None, None, "FR")], "remote", ("DE", "FR")),
        ("Remote (DACH)", [(None, None, None)], "remote", ("DE", "AT", "CH")),
        ("Home based - EMEA", [(None, None, None)], "remote", None),
        ("Remote - US or Europe", [(None, None, "US")], "remote", None),
        ("Remote - CA", [(None, None, None)], "remote", None),
        ("Remote, California", [(None, "California", "US")], "remote", None),
        ("Dallas, TX (Remote)", [("Dallas", "Texas", "US")], "remote", None),
        (
            "San Francisco, CA; New York, NY",
            [("San Francisco", "California", "US"), ("New York City", "New York", "US")],
            None,
            None,
        ),
        ("USA-DC-Washington", [("Washington", "District of Columbia", "US")], None, None),
        ("US-CA-Monrovia", [("Monrovia", "California", "US")], None, None),
        ("US, MA, Chelmsford, Building 4", [("Chelmsford", "Massachusetts", "US")], None, None),
        ("US, CA, San Jose", [("San Jose", "California", "US")], None, None),
        ("Jordan, MN", [("Jordan", "Minnesota", "US")], None, None),
        (
            "Chicago, Boston, New York",
            [("Chicago", "Illinois", "US"), ("Boston", "Massachusetts", "US"), ("New York City", "New York", "US")],
            None,
            None,
        ),
        ("Peru, Colombia", [(None, None, "PE"), (None, None, "CO")], None, None),
        ("Remote (UTC-5 to UTC+1)", [(None, None, None)], "remote", None),
        ("Paris, TX", [("Paris", "Texas", "US")], None, None),
        ("Dover, DE", [("Dover", "Delaware", "US")], None, None),
        ("Bonn oder Kiel", [("Bonn", "Nordrhein-Westfalen", "DE"), ("Kiel", "Schleswig-Holstein", "DE")], None, None),
        ("Bosnia and Herzegovina", [(None, None, "BA")], None, None),
        ("Saint Louis, MO", [("St. Louis", "Missouri", "US")], None, None),
        ("10115 Berlin", [("Berlin", "Berlin", "DE")], None, None),
        ("東京", [("Tokyo", "Tokyo", "JP")], None, None),
        ("Epes, AL", [("Epes", "Alabama", "US")], None, None),
        ("Hull, United Kingdom", [("Hull", None, "GB")], None, None),
        ("Paris, Germany", [("Paris", "Île-de-France", "FR"), (None, None, "DE")], None, None),
        ("Statewide, CO", [(None, None, None)], None, None),
        ("Springfield", [("Springfield", None, "US")], None, None),
        ("Cambridge", [("Cambridge", None, None)], None, None),
        ("Georgia", [(None, None, None)], None, None),
        ("Mobile", [(None, None, None)], None, None),
        ("2 Locations", [], None, None),
        ("Multiple locations", [], None, None),
        ("", [], None, None),
    ],
)  # fmt: skip
def test_places_are_read_as_a_careful_reader_would(text, places, workplace, scope):
    found = read_places(text)
    assert [(one.city, one.region, one.country) for one in found.places] == places
    assert (found.workplace, found.remote_scope) == (workplace, scope)


def test_a_single_place_keeps_the_whole_text_and_several_their_own():
    assert [one.text for one in read_places("Office Based - Boston, MA").places] == ["Office Based - Boston, MA"]
    assert [one.text for one in read_places("Oslo, Norway | Remote, Ghana").places] == ["Oslo, Norway", "Ghana"]


def test_several_texts_make_several_places_once():
    found = read_places("Berlin", None, "Paris", "Berlin")
    assert [one.city for one in found.places] == ["Berlin", "Paris"]


def test_a_posting_known_to_be_remote_takes_bare_countries_as_its_scope():
    found = read_places("UK", "USA", remote=True)
    assert (found.workplace, found.remote_scope) == (Workplace.REMOTE, ("GB", "US"))
    assert read_places("Berlin", "USA", remote=True).remote_scope is None
    assert read_places(remote=True).remote_scope is None


def test_a_known_city_has_coordinates():
    (berlin,) = read_places("Berlin").places
    assert (berlin.latitude, berlin.longitude) == (pytest.approx(52.52, abs=0.1), pytest.approx(13.4, abs=0.1))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"city": "Blue Ash", "region": "OH", "country": "US"}, ("Blue Ash", "Ohio", "US")),
        ({"city": "Berlin", "country": "de"}, ("Berlin", "Berlin", "DE")),
        ({"city": "Hamlet End", "country": "Germany"}, ("Hamlet End", None, "DE")),
        ({"region": "CA", "country": "US"}, (None, "California", "US")),
        ({"city": "Halifax", "region": "England", "country": "United Kingdom"}, ("Halifax", "England", "GB")),
        ({"city": "UNAVAILABLE", "region": "UNAVAILABLE", "country": "US"}, (None, None, "US")),
        ({"city": "Remote", "country": "US"}, (None, None, "US")),
        ({"city": "Paris", "country": "US"}, ("Paris", None, "US")),
    ],
)  # fmt: skip
def test_fields_are_believed_and_completed(fields, expected):
    found = place(**fields)
    assert (found.city, found.region, found.country) == expected


def test_a_place_keeps_the_text_and_coordinates_of_its_source():
    found = place("Munich HQ", city="Munich", country="DE", latitude=48.1, longitude=11.5)
    assert found == Place("Munich HQ", "Munich", "Bayern", "DE", 48.1, 11.5)
    assert place() is place(city="", country=None) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("Germany", "DE"), ("Deutschland", "DE"), ("DEU", "DE"), ("de", "DE"), ("U.S.A.", "US"), ("Atlantis", None)],
)  # fmt: skip
def test_a_country_is_known_by_name_and_code(text, code):
    assert country_code(text) == code


@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(["Berlin,", ";", "Remote", "-", "(", ")", "US", "CA", "-", "/", "or", "New", "York", "2", "é"])
    ).map(" ".join)
)
def test_any_text_is_read(text):
    for one in read_places(text).places:
        assert one.text
        assert one.country is None or len(one.country) == 2
        assert one.latitude is None or -90 <= one.latitude <= 90


def test_every_name_in_the_gazetteer_is_found_again():
    with ZipFile(files("scraper.gazetteer").joinpath("cities.zip").open("rb")) as file:
        parts = [file.read(name).decode().splitlines() for name in file.namelist()]
    table = [line for part in parts for line in part]
    assert len(table) > 100_000
    for line in [*table[:: len(table) // 500], *(part[end] for part in parts for end in (0, -1))]:
        key, name, country = line.split("\t")[:3]
        assert any(city.country == country and city.name == (name or key) for city in gazetteer().cities(key))


def test_spellings_of_a_name_fold_together():
    assert fold("Saint-Étienne") == fold("St Etienne")
    assert fold("Łódź") == fold("LODZ")
    assert fold("Reykjanesbær") == fold("Reykjanesbaer")
