"""Answers «304» to who has a feed already, before anything else is done, while nothing in it has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Flask, request

from postings.store import Store, StoreError
from postings.store.questions import State
from web import limits

#: So many answers are remembered.
REMEMBERED = 10_000
#: What an answer depends on beside the postings.
_ASKED = (
    *("REQUEST_METHOD", "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"),
    *("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"),
)
_NOTED = "climate_jobs.state"
#: Headers that tell how much this one visitor may ask.
_HIS = ("x-ratelimit", "retry-after")

Headers = Sequence[tuple[str, str]]


def note(state: State) -> None:
    """Tell that the answer to this request is the same as long as this state is."""
    request.environ[_NOTED] = state


class Unchanged:
    """Stands before an application and remembers its answers of «304».

    Args:
        counted: counts a request of an address; whether it may be answered. Where not, the application says so.
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        store: Callable[[], Store],
        counted: Callable[[str], bool],
        patience: float,
    ) -> None:
        self._next, self._store, self._counted, self._patience = app, store, counted, patience
        self._known: dict[tuple[Any, ...], tuple[State, str, Headers]] = {}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, by itself where that is possible."""
        if "HTTP_IF_NONE_MATCH" not in environ:
            return self._next(environ, start)
        asked = tuple(environ.get(name) for name in _ASKED)
        known = self._known.get(asked)
        if known is not None and self._is_still(known[0]) and self._counted(environ.get("REMOTE_ADDR") or ""):
            start(known[1], list(known[2]))
            return []

        def started(status: str, headers: Headers, *more: Any) -> Any:
            state = environ.get(_NOTED)
            if status.startswith("304") and state is not None:
                if len(self._known) >= REMEMBERED:
                    self._known.clear()
                lasting = [pair for pair in headers if not pair[0].lower().startswith(_HIS)]
                self._known[asked] = state, status, lasting
            return start(status, headers, *more)

        return self._next(environ, started)

    def _is_still(self, state: State) -> bool:
        try:
            return self._store().postings.moved(state.solutions, within=self._patience) == state.mark
        except StoreError:
            return False


def register(app: Flask, patience: float) -> None:
    """Stand before an application.

    Args:
        patience: for so many seconds what was read last is taken to be so still, however many ask.
    """
    app.wsgi_app = Unchanged(  # type: ignore[method-assign, assignment]
        app.wsgi_app,
        lambda: app.extensions["site"].store,
        lambda address: limits.counted(app, address),
        patience,
    )
