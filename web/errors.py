"""What a visitor gets when something is wrong: a page, or JSON from the API; never a trace."""

from __future__ import annotations

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from postings.store import StoreError

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


def show(error: HTTPException) -> ResponseReturnValue:
    """Answer with an error, in the form its reader understands."""
    if error.response is not None:
        return error.response
    code = error.code or 500
    line = error.description or error.name
    headers = {name: value for name, value in error.get_headers() if name.lower() not in ("content-type", "location")}
    if request.path.startswith("/api/"):
        answer = jsonify({"error": {"status": code, "message": line}})
        answer.headers.extend(headers)
        return answer, code
    return render_template("error.html", code=code, title=TITLES.get(code, error.name), line=line), code, headers


def _unreadable(error: StoreError) -> ResponseReturnValue:
    current_app.logger.error("%s: %s", request.path, error)
    return show(
        ServiceUnavailable(description="The postings are kept in a database that does not answer. Try again soon.")
    )


def _unexpected(_error: Exception) -> ResponseReturnValue:
    return show(InternalServerError())


def register(app: Flask) -> None:
    """Show errors as pages."""
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(StoreError, _unreadable)
    app.register_error_handler(InternalServerError, _unexpected)
