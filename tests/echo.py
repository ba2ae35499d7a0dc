"""A child for tests: says back what it hears, sleeps on "sleep", ends on "end"."""

import sys
import time

for line in sys.stdin:
    if line == "end\n":
        sys.exit(3)
    if line == "sleep\n":
        time.sleep(60)
    sys.stdout.write(line)
    sys.stdout.flush()
