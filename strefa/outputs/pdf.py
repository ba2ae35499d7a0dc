"""HTML to PDF through one long-lived child process with limits; nothing invalid leaves the house."""

import atexit
import base64
import json
import threading
from datetime import datetime

from strefa.infra.child import Child
from strefa.settings import ROOT

LONGEST = 120  # seconds for one paper
MOST_MEMORY = 3 * 1024**3  # bytes of address space


class PaperFailed(Exception):  # noqa: N818
    """A paper could not be made; the text says why."""


class Printer:
    """The process that prints; started when first needed and anew when it died.

    Args:
        longest: seconds that one paper may take before the process is ended.
        memory: bytes of address space that the process may have.
    """

    def __init__(self, longest: float = LONGEST, memory: int = MOST_MEMORY) -> None:
        self._longest = longest
        self._child = Child("strefa.outputs.pdf_child", str(memory), patience=longest)
        self._lock = threading.Lock()

    def printed(self, html: str, moment: int) -> bytes:
        """Print a page, not yet judged; `moment` in seconds since 1970 is the date inside it."""
        request = json.dumps({"html": html, "assets": str(ROOT / "static"), "moment": moment})
        with self._lock:
            line = self._child.answer(request)
            if not line:
                raise PaperFailed(f"the paper took more than {self._longest:g} seconds or too much memory")
            answer = json.loads(line)
            if answer.get("error", "").startswith(MemoryError.__name__):
                self.stop()  # what is left of the memory would fail the next paper too
        if "error" in answer:
            raise PaperFailed(answer["error"])
        return base64.b64decode(answer["pdf"])

    def stop(self) -> None:
        """End the process; the next paper starts another."""
        self._child.stop()


_here = threading.local()


def printer() -> Printer:
    """Return this thread's own printer: two threads print two papers at once."""
    if not hasattr(_here, "printer"):
        _here.printer = Printer()
        atexit.register(_here.printer.stop)
    return _here.printer


def printed(html: str, made_at: datetime) -> bytes:
    """Print a page as a tagged PDF that passes PDF/UA-1.

    Args:
        html: the whole page; it may use our own assets only.
        made_at: the date inside the paper, from the data and not from the wall clock.

    Raises:
        PaperFailed: it could not be made, or does not pass.
    """
    pdf = printer().printed(html, int(made_at.timestamp()))
    if failures := flaws(pdf):
        raise PaperFailed("not valid PDF/UA-1: " + "; ".join(failures[:5]))
    return pdf


def flaws(pdf: bytes) -> list[str]:
    """List what page-validation finds against PDF/UA-1; empty for a valid paper."""
    import page  # native, only where papers are made

    report = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]
