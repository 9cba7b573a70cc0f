"""`python -m api`: one command for each thing that is done with an installation.

Nothing heavy is imported before the command is known, so that --help answers at once.
"""

from __future__ import annotations

import sys

from api.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
