"""A programme as a file: checked without anything running, copied, drafted elsewhere."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.programme import document, templates
from tests.api.test_commands import run


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pistis-") as parent:
        folder = Path(parent) / "data"
        run("migrate", "--data", folder)
        yield folder


@pytest.mark.parametrize("name", templates.names())
def test_each_template_can_be_published(name: str) -> None:
    checked = run("programme", "check", name)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "It can be published" in checked.stdout


def test_what_is_wrong_is_said_with_its_place_and_remedy(tmp_path: Path) -> None:
    contents = templates.contents("shop")
    contents["rules"][0]["unit"] = "POINT"
    contents["rules"][1]["when"] = {"orderAmuont": {"atLeast": 1}}
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(contents), encoding="utf-8")
    checked = run("programme", "check", file)
    assert checked.returncode == 1
    assert "rules.0.unit: There is no unit POINT." in checked.stdout
    assert "Did you mean orderAmount" in checked.stdout
    file.write_text("{", encoding="utf-8")
    assert "is no JSON" in run("programme", "check", file).stderr
    assert "templates are bank, cafe" in run("programme", "check", tmp_path / "none").stderr


def test_it_goes_from_one_installation_to_another_and_is_the_same(
    data: Path, tmp_path: Path
) -> None:
    assert "No programme is published" in run("programme", "export", "--data", data).stderr
    drafted = run("programme", "import", "hotel", "--data", data)
    assert (drafted.returncode, drafted.stderr) == (0, "")
    assert "Drafted as version 1" in drafted.stdout
    file = tmp_path / "hotel.json"
    written = run("programme", "export", "--version", "1", "--to", file, "--data", data)
    assert str(file) in written.stdout
    copied = document.decoded(json.loads(file.read_text(encoding="utf-8")))
    assert copied == document.decoded(templates.contents("hotel"))
    again = run("programme", "import", file, "--data", data)
    assert "Drafted as version 1" in again.stdout, "the same document is the same draft"
    assert "no such version" in run("programme", "export", "--version", "7", "--data", data).stderr
