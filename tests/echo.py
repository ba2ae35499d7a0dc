"""A child for tests: says back what it hears, sleeps on "sleep", ends on "end"; told to be "deaf", it hears nothing."""

import sys
import time

if sys.argv[1:] == ["deaf"]:
    time.sleep(60)
for line in sys.stdin:
    if line == "end\n":
        sys.exit(3)
    if line == "sleep\n":
        time.sleep(60)
    sys.stdout.write(line)
    sys.stdout.flush()
