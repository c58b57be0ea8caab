"""Leases of processes that are no more."""

import multiprocessing
import os

import pytest

from postings.store.owners import abandoned, new_lease


def _lease_of_another_process() -> str:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(new_lease)


def test_the_lease_of_a_living_process_is_kept() -> None:
    assert abandoned([new_lease()]) == []


def test_the_lease_of_a_dead_process_is_free() -> None:
    lease = _lease_of_another_process()
    assert abandoned([lease]) == [lease]


def test_another_process_under_the_same_number_does_not_keep_it() -> None:
    machine, space, _, _, number = new_lease().split("|")
    lease = "|".join((machine, space, str(os.getpid()), "1", number))
    assert abandoned([lease]) == [lease]


@pytest.mark.parametrize("lease", ["", "0b4c7a52", "elsewhere|x|999999|1|a", "||||", "a|b|c|d|e|f"])
def test_of_other_machines_nothing_is_known(lease: str) -> None:
    assert abandoned([lease]) == []
