"""Handing over files: what somebody gave and what the worker made, always as a download."""

from flask import Response, abort, request, send_file
from flask.typing import ResponseReturnValue

from strefa.infra.files import Document, opened
from strefa.web.page import page

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def handed_over(sha256: str, name: str, media_type: str) -> Response:
    """Answer with a kept content under its name; the caller has asked the policy.

    The browser is told not to guess the type, not to show it, and to run nothing should it do so all the same.
    """
    try:
        content = opened(sha256)
    except FileNotFoundError:
        abort(404)
    response = send_file(content, mimetype=media_type, as_attachment=True, download_name=name, etag=sha256)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def paper(document: Document | None, back: str = "") -> ResponseReturnValue:
    """Answer with a paper that the worker has made, or with a page that says it is being prepared.

    Args:
        back: where the page leads while the paper is not ready; the page itself when empty.
    """
    if document is None:
        return page("papers/waiting", back=back or request.path), 503, {"Retry-After": "10"}
    return handed_over(document.sha256, document.name, "application/pdf")
