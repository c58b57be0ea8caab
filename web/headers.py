"""What every answer says to the browser: run nothing from elsewhere, show this in no other site."""

from __future__ import annotations

from flask import Flask, Response, request

_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "script-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
#: What other sites' pages may read or show.
_SHARED = ("/api/", "/embed/", "/static/", "/embed.js", "/oembed", "/feeds.opml")
#: How long a page may be shown again without asking, in seconds.
_FRESH = 60


def secure(response: Response) -> Response:
    """Add the headers."""
    embedded = request.path.startswith("/embed/")
    shared = request.path.startswith(_SHARED) or request.path.endswith((".rss", ".atom", ".json", ".png"))
    policy = _POLICY | ({"frame-ancestors": "*"} if embedded else {})
    headers = response.headers
    headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
    if not embedded:
        headers["X-Frame-Options"] = "DENY"
    if shared and not embedded:
        headers["Access-Control-Allow-Origin"] = "*"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "Cache-Control" not in headers:
        fresh = response.status_code == 200 and request.method in ("GET", "HEAD")
        headers["Cache-Control"] = f"public, max-age={_FRESH}" if fresh else "no-cache"
    return response


def register(app: Flask) -> None:
    """Add the headers to every answer."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
    app.after_request(secure)
