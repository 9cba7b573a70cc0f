"""The account that servers run as, and how programs and folders are handed to it."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from api.engines.processes import EngineError

COPIES = Path("/var/lib/pistis")
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}  # no PG*, no secrets


@dataclass(frozen=True)
class Account:
    """Ourselves, unless we are root: PostgreSQL refuses root and Valkey need not be it."""

    uid: int
    gid: int

    @classmethod
    def of(cls, folder: Path) -> Account:
        """The account for this folder: as root its unprivileged owner, or `nobody`."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        if folder.exists() and folder.stat().st_uid != 0:
            return cls(folder.stat().st_uid, folder.stat().st_gid)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def launch(
        self, *command: str | Path, cwd: Path, out: int, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start the command in a session of its own, for Ctrl-C is its owner's matter.

        The folder is entered before the account changes, so its parents may be closed to it:
        a server that calls its folder /proc/self/cwd runs below /root with nothing opened there.
        """
        as_root = os.geteuid() == 0
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=ENVIRONMENT,
            stdin=stdin,
            stdout=out,
            stderr=out,
            start_new_session=True,
            user=self.uid if as_root else None,
            group=self.gid if as_root else None,
            extra_groups=[] if as_root else None,
        )

    def own(self, folder: Path) -> Path:
        """The folder, made if it is missing, this account's alone."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, self.uid, self.gid)
        return folder

    def program(self, site: Path, name: str, *trees: str) -> Path:
        """Where the account can run the program `name` of the installed packages in `site`.

        Programs cannot be reached by the working directory (PostgreSQL resolves its own path to
        find its library), so if they are closed to the account root keeps a copy of their trees.
        """
        program = site / name
        if self.launch("test", "-x", program, cwd=Path("/"), out=subprocess.DEVNULL).wait() == 0:
            return program
        stat = program.stat()
        edition = hashlib.sha256(f"{program} {stat.st_mtime_ns} {stat.st_size}".encode())
        copy = COPIES / f"{program.name}-{edition.hexdigest()[:12]}"
        if not copy.exists():
            COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(dir=COPIES))
            for tree in trees:
                if (site / tree).exists():
                    shutil.copytree(site / tree, fresh / tree)
            subprocess.run(["chmod", "-R", "a+rX,go-w", fresh], check=True)
            fresh.rename(copy)
        return copy / name


def site_of(package: str) -> Path:
    """The folder that a package is installed in, without the side effects of importing it."""
    spec = find_spec(package)
    if not spec or not spec.origin:
        raise EngineError(
            f"The Python package {package} is missing, so its engine cannot start: "
            "run scripts/serve, which installs it, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent.parent
