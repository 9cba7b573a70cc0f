"""The ready operations of the page: each contract document with variables for the demo."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENTS = Path(__file__).resolve().parents[2] / "schema" / "documents"
ASKED_BY_NOBODY = {
    "Join",
    "ProgrammeVersions",
    "ReferralPreview",
    "LoginRequestCode",
    "LoginVerifyCode",
    "SessionRefresh",
}
ASKED_BY_WHO_SIGNED_IN = {"MemberEnrol", "MemberErase", "SessionEnd"}
OWNER = {"app": "member", "shop": "shop", "staff": "staff"}


@dataclass(frozen=True, slots=True)
class ReadyOperation:
    """One entry of the menu: `folder` / `subject` / `name`, sent as `identity`."""

    name: str
    folder: str
    subject: str
    kind: str
    identity: str
    about: str
    document: str
    variables: Mapping[str, Any]


@cache
def ready_operations() -> tuple[ReadyOperation, ...]:
    """All entries in the order in which variables.json tells the story."""
    templates: dict[str, dict[str, Any]] = json.loads((DOCUMENTS / "variables.json").read_text())
    files = {file.stem: file for file in sorted(DOCUMENTS.rglob("*.graphql"))}
    names = [name for name in templates if name in files]
    names += [name for name in files if name not in templates]
    return tuple(_ready(files[name], templates.get(name, {})) for name in names)


def menu() -> list[dict[str, Any]]:
    """The entries as the page takes them."""
    return [asdict(operation) for operation in ready_operations()]


def demo_variables(known: Mapping[str, Any]) -> dict[str, Any]:
    """Variables by operation name, with `{{placeholder}}` replaced by what is `known`."""
    return {each.name: _filled(each.variables, known) for each in ready_operations()}


def _ready(file: Path, variables: Mapping[str, Any]) -> ReadyOperation:
    folder, subject = file.relative_to(DOCUMENTS).parts[:2]
    document = file.read_text(encoding="utf-8")
    lines = document.splitlines()
    remarks = [line[1:].strip() for line in lines if line.startswith("#")]
    kind = next(line for line in lines if line and not line.startswith("#")).split()[0]
    return ReadyOperation(
        name=file.stem,
        folder=folder,
        subject=subject,
        kind=kind,
        identity=_identity(folder, file.stem),
        about=" ".join(remark for remark in remarks if not remark.startswith("input:")),
        document=document,
        variables=variables,
    )


def _identity(folder: str, name: str) -> str:
    if name in ASKED_BY_NOBODY:
        return "nobody"
    return "session" if name in ASKED_BY_WHO_SIGNED_IN else OWNER[folder]


def _filled(template: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(template, Mapping):
        return {key: _filled(value, known) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, known) for value in template]
    if not isinstance(template, str) or "{{" not in template:
        return template
    whole = template.removeprefix("{{").removesuffix("}}")
    if whole in known:
        return known[whole]
    for name, value in known.items():
        template = template.replace("{{" + name + "}}", str(value))
    return template
