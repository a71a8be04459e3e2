"""The wheel: it works outside the checkout, since SQL, catalog and translations travel inside."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.running import Ended

ROOT = Path(__file__).parent.parent


def test_an_installed_wheel_finds_its_catalog_models_and_examples_elsewhere(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)

    inside = run_elsewhere(
        site,
        "from adoption import resources; from adoption.catalog import load_catalog; "
        "from adoption.models import load_models; from adoption.texts import advice; "
        "import flows; print(resources.ROOT.relative_to(resources.ROOT.parents[1])); "
        "print(len(load_catalog())); print(len(load_models(resources.SQL)) > 30); "
        "print(advice('dormant', 'nb') != advice('dormant', 'en'))",
    )
    made = run_elsewhere(site, "from adoption.cli import main; main(['init'])")

    assert (inside.screen, inside.log) == ("adoption/_resources\n10\nTrue\nTrue\n", "")
    assert (made.screen, made.status) == ("config/adoption.toml\nconfig/units.csv\n", 0)


def run_elsewhere(site: Path, program: str) -> Ended:
    """Runs `program` with the unpacked wheel alone on the path, away from the checkout."""
    elsewhere = site.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
