"""`python -m callscribe` is `callscribe`."""

from callscribe.cli import main

main()
