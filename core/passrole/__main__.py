"""``python -m passrole``."""

import sys

from passrole.cli import main

if __name__ == "__main__":
    sys.exit(main())
