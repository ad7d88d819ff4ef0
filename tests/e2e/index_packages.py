"""A virtual environment with the packages of requirements.txt, made once below build/.

Without a package index the tests that need it are skipped, loudly. Run by itself to see why.
"""

import hashlib
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build", "venv")
PYTHON = os.path.join(FOLDER, "bin", "python")
REQUIREMENTS = os.path.join(HERE, "requirements.txt")
INSTALL_SECONDS = 240


def _stamp():
    with open(REQUIREMENTS, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def python():
    """Path of the environment's interpreter, or a loud skip."""
    marker = os.path.join(FOLDER, "installed")
    if os.path.exists(marker):
        with open(marker, encoding="utf-8") as f:
            if f.read() == _stamp():
                return PYTHON
    try:
        # -I: a file of this folder must never be taken for a module of Python's own.
        subprocess.run([sys.executable, "-I", "-m", "venv", FOLDER], check=True,
                       capture_output=True, timeout=INSTALL_SECONDS)
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "-r", REQUIREMENTS], check=True, capture_output=True, text=True,
                       timeout=INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError) as e:
        why = (getattr(e, "stderr", None) or str(e)).strip().splitlines()[-1:]
        raise unittest.SkipTest(
            f"SKIPPED: {REQUIREMENTS} cannot be installed into build/venv: {why}")
    with open(marker, "w", encoding="utf-8") as f:
        f.write(_stamp())
    return PYTHON


if __name__ == "__main__":
    print(python())
