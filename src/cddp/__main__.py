"""`python -m cddp …`: the launcher behind `./cddp`."""

import sys

from cddp.config.launcher.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
