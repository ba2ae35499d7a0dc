"""A long-lived process of our own that answers one line with one line, for work that may hang, swell or crash."""

import contextlib
import subprocess
import sys
import threading

from strefa.settings import ROOT


class Child:
    """A module run as a process: started when first asked and anew when it died; one caller at a time.

    Args:
        module: what `python -m` runs; it reads lines and answers each with one.
        arguments: its arguments.
        patience: seconds that one answer may take, a start included.
    """

    def __init__(self, module: str, *arguments: str, patience: float) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._patience = patience
        self._process: subprocess.Popen[str] | None = None

    def answer(self, line: str) -> str:
        """Return the answer to a line; empty when the process ended or took too long, which ends it."""
        process = self._running()
        assert process.stdin and process.stdout  # both are pipes
        answer, ended = "", threading.Event()

        def end() -> None:
            ended.set()
            process.kill()

        watch = threading.Timer(self._patience, end)
        watch.daemon = True
        watch.start()  # over the writing, too: whoever does not read fills the pipe, and the writer waits
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        watch.cancel()
        watch.join()
        if ended.is_set() or not answer.endswith("\n"):
            self.stop()
            return ""
        return answer

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                start_new_session=True,  # Ctrl-C is for us: when we end, so does what it reads from, and then it
            )
        return self._process

    def stop(self) -> None:
        """End the process; the next question starts another."""
        if self._process:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
            self._process = None
