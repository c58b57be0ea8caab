"""What a visitor gets when something is wrong: a page, or JSON from the API; never a trace."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, ServiceUnavailable

from postings.solutions import Solution
from postings.store import ConnectionLost, StoreError

TITLES = {
    400: "That address cannot be read",
    404: "There is no such page",
    405: "That cannot be done here",
    410: "This is gone",
    414: "That address is too long",
    429: "That was too fast",
    500: "Something went wrong here",
    503: "The store cannot be read just now",
}


#: Where nothing more is known.
LINES = {
    404: "Nothing lies at this address; it may have been mistyped.",
    405: "This site is only read: nothing can be sent to it.",
    410: "What lay at this address is gone.",
    500: "That is a fault of this site, and has been written down. Try again soon.",
}


#: How often a page whose connection to the database is lost asks again.
TRIES = 3


class Offering(BadRequest):
    """A request for a solution that there is none of, with those that may be meant."""

    def __init__(self, line: str, near: Sequence[Solution]) -> None:
        super().__init__(line)
        self.near = near


def show(error: HTTPException) -> ResponseReturnValue:
    """Answer with an error, in the form its reader understands."""
    if error.response is not None:
        return error.response
    code = error.code or 500
    # What the library says of its own accord is written for programmers.
    own = error.description != type(error).description
    line = error.description if own and error.description else LINES.get(code, error.name)
    headers = {name: value for name, value in error.get_headers() if name.lower() not in ("content-type", "location")}
    if request.path.startswith("/api/"):
        answer = jsonify({"error": {"status": code, "message": line}})
        answer.headers.extend(headers)
        return answer, code
    near = error.near if isinstance(error, Offering) else ()
    title = TITLES.get(code, error.name)
    return render_template("error.html", code=code, title=title, line=line, near=near), code, headers


def _unreadable(error: StoreError) -> ResponseReturnValue:
    current_app.logger.error("%s: %s", request.path, error)
    return show(
        ServiceUnavailable(description="The postings are kept in a database that does not answer. Try again soon.")
    )


def _cut_off(error: ConnectionLost) -> ResponseReturnValue:
    """Ask again: a page only reads, and the next connection is a new one, though that may be cut too."""
    for _ in range(TRIES):
        current_app.logger.warning("%s: asked again: %s", request.path, error)
        try:
            return current_app.dispatch_request()
        except ConnectionLost as again:
            error = again
        except StoreError as again:
            return _unreadable(again)
        except HTTPException as other:
            return show(other)
    return _unreadable(error)


def _unexpected(_error: Exception) -> ResponseReturnValue:
    return show(InternalServerError())


def register(app: Flask) -> None:
    """Show errors as pages."""
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(StoreError, _unreadable)
    app.register_error_handler(ConnectionLost, _cut_off)
    app.register_error_handler(InternalServerError, _unexpected)
