"""The process behind `workshop`: reads one JSON line a file, forks, and answers with one line what the fork made."""

import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import pi_heif  # noqa: F401  # slow, like the next two: read once here, and every fork has them
import pikepdf  # noqa: F401
from PIL import Image  # noqa: F401

from strefa.infra.files import content, drawing
from strefa.rules.refusal import Reason

LARGEST_MADE = 128 * 1024 * 1024  # bytes of one file that is written


def _judge(path: str, name: str, most: int) -> Any:
    found = content.judged(Path(path), name, most)
    return found.value if isinstance(found, Reason) else asdict(found)


def _draw(path: str, folder: str, most: int = drawing.MOST_PAGES) -> Any:
    os.nice(10)  # nobody waits for it
    return drawing.drawn(Path(path), Path(folder), most)


DEEDS: dict[str, Callable[..., Any]] = {"judge": _judge, "draw": _draw}


def main() -> None:
    """Answer until standard input ends; the arguments are seconds and bytes that one file may take."""
    seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    gc.freeze()  # what is read by now stays shared with every fork
    for line in sys.stdin:
        sys.stdout.write(_of_a_child(line, seconds, memory) + "\n")
        sys.stdout.flush()


def _of_a_child(line: str, seconds: int, memory: int) -> str:
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _do(json.loads(line), theirs, seconds, memory)
    os.close(theirs)
    with os.fdopen(ours) as answers:
        answer = answers.read()
    _, status = os.waitpid(child, 0)
    if status:
        return json.dumps({"failed": f"ended by {os.waitstatus_to_exitcode(status)}"})
    return answer


def _do(request: dict[str, Any], answers: int, seconds: int, memory: int) -> NoReturn:
    """Do one deed within the limits, answer, and end: by a signal when a limit is passed."""
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_MADE, LARGEST_MADE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = {"made": DEEDS[request["deed"]](**request["values"])}
    except BaseException as error:  # whatever happens here must reach the one who asked as words
        answer = {"failed": f"{type(error).__name__}: {error}"}
    with os.fdopen(answers, "w") as file:
        file.write(json.dumps(answer))
    os._exit(0)


if __name__ == "__main__":
    main()
