"""Headers on every answer."""

from flask import Flask, Response, request, session

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def init_app(app: Flask) -> None:
    """Put the headers on; a view may have set a stricter policy of its own."""
    app.after_request(_headed)


def _headed(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static":
        response.cache_control.immutable = response.status_code == 200
    elif "_user_id" in session:  # asked of the cookie: this works without a database
        response.headers["Cache-Control"] = "no-store"
    return response
