"""Handing over a file that somebody gave: always as a download, never shown by the browser itself."""

from flask import Response, abort, send_file

from strefa.infra.files import opened

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
