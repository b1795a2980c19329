"""Runs a command that is to end with one exit code: ``expect_exit.py CODE COMMAND…``."""

import shutil
import subprocess
import sys

expected, *command = sys.argv[1:]
program = shutil.which(command[0]) or command[0]
code = subprocess.run([program, *command[1:]], check=False).returncode
if str(code) != expected:
    sys.exit(f"{' '.join(command)} ended with {code}, not with {expected}")
