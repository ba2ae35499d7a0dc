"""The `strefa` command, for measuring it as a process of its own."""

from strefa.cli import main

main()
