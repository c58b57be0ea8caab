"""Heavy work on texts gives the same beside this process as in it, and goes on in it when the other one dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

import pytest

from postings.posting import Employer, EmployerSolution, Place, Posting, Source, Tag
from scraper import texts
from scraper.texts import ENOUGH, Texts

BOARD = Source("greenhouse", "acme")
WORDS = "You will build wind turbines offshore for us, from 60,000 to 70,000 EUR a year, with a team of twelve people."
ACME = Employer("acme", "Acme", solutions=(EmployerSolution("offshore-wind-turbines", "known"),))


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work as where there is a core to spare."""
    monkeypatch.setattr(texts, "_cores", lambda: 2)


def posting(ref: str, text: str = WORDS) -> Posting:
    """A posting as a spider reads it."""
    places = (Place("Berlin, Germany"),)
    return Posting(
        source=BOARD, ref=ref, title=f"Intern {ref}", url="https://a.b/1", places=places, description_text=text
    )


async def worked(done: Texts) -> tuple[list[Posting | str], list[list[Tag]]]:
    """What becomes of some postings."""
    postings = [posting("1"), posting("2", "Wir suchen dich für unser Büro, und zwar ab sofort und unbefristet.")]
    finished = await done.finished(postings)
    return finished, await done.tags(postings, [ACME, None])


def test_it_is_the_same_beside_and_here() -> None:
    done = Texts()
    here = asyncio.run(worked(done))
    with done.beside():
        assert asyncio.run(worked(done)) == here
    assert asyncio.run(worked(done)) == here
    assert [each.places[0].city for each in here[0] if isinstance(each, Posting)] == ["Berlin", "Berlin"]
    assert "offshore-wind-turbines" in [tag.solution for tag in here[1][0]]


class Slow:
    """A process beside that does what it was given when it is told to."""

    def __init__(self) -> None:
        self.given: list[tuple[Future[Any], Any, tuple[Any, ...]]] = []

    def submit(self, work: Any, *given: Any) -> Future[Any]:
        """Put a task down."""
        self.given.append((Future(), work, given))
        return self.given[-1][0]

    def work(self) -> None:
        """Do the first task."""
        done, work, given = self.given.pop(0)
        done.set_result(work(*given))


def test_markup_is_cleaned_here_while_the_process_beside_has_enough_to_do() -> None:
    markup = "<p>You will build <b>turbines</b>.</p><script>no()</script>"
    slow = Slow()
    done = Texts()
    done._beside = slow  # type: ignore[assignment]

    async def read() -> list[list[Posting | str]]:
        one = replace(posting("1"), description_html=markup)
        reading = []
        for _ in range(ENOUGH + 1):
            reading.append(asyncio.ensure_future(done.finished([one])))
            await asyncio.sleep(0)
        assert [described is not None for _, _, (_, described) in slow.given] == [False] * ENOUGH + [True]
        slow.work()
        # What is done, and not taken, is done first.
        reading.append(asyncio.ensure_future(done.finished([one])))
        await asyncio.sleep(0)
        assert slow.given[-1][2][1] is None
        while slow.given:
            slow.work()
        return [await each for each in reading]

    first, *others = asyncio.run(read())
    assert others == [first] * len(others)
    assert [each.description_html for each in first if isinstance(each, Posting)] == [
        "<p>You will build <b>turbines</b>.</p>"
    ]


def test_postings_say_together_what_their_employer_does() -> None:
    nobody = Employer("nobody", "Nobody")
    line = "Nobody builds and operates offshore wind farms in the North Sea, with forty turbines turning today."
    postings = [posting("1", ""), posting("2", "")]
    found = asyncio.run(Texts().tags(postings, [nobody, nobody], [line] * 3))
    assert [[tag.solution for tag in tags] for tags in found] == [["offshore-wind-turbines"]] * 2


def test_a_posting_that_cannot_be_finished_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(of: Posting, _described: object) -> dict[str, Any]:
        if of.ref == "2":
            raise ValueError("no sense")
        return {}

    monkeypatch.setattr(texts, "said", said)
    one, two = posting("1"), posting("2")
    assert asyncio.run(Texts().finished([one, two])) == [one, "ValueError: no sense"]


def test_when_the_process_dies_the_work_is_done_here() -> None:
    done = Texts()
    with done.beside():
        assert done._beside is not None
        with pytest.raises(BrokenProcessPool):
            done._beside.submit(os._exit, 1).result()
        assert [isinstance(each, Posting) for each in asyncio.run(done.finished([posting("1")]))] == [True]


def test_the_process_ends_with_its_parent_however_that_ends() -> None:
    program = (
        "import os, signal\n"
        "from scraper import texts\n"
        "texts._cores = lambda: 2\n"
        "done = texts.Texts()\n"
        "with done.beside():\n"
        "    print(done._beside.submit(os.getpid).result(), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # Its output ends when the last process that holds it does.
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert int(ended.stdout)
