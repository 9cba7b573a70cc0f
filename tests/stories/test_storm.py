"""Whatever is killed, whenever: what was acknowledged is there, once."""

import pytest

from tests.conftest import SECRET
from tests.counts import count, seed
from tests.databases import Cleaner
from tests.elsewhere import let_go
from tests.stories.installation import installed
from tests.stories.storm import storm


@pytest.mark.counted
async def test_kill_9_loses_and_doubles_nothing(connected: Cleaner) -> None:
    begin = seed()
    print(f"seed {begin}")
    with installed(SECRET) as installation:
        try:
            async with let_go(connected):
                report = await storm(installation, count(300, 10_000), count(4, 40), begin)
        finally:
            print(*installation.log.lines, sep="\n")
    print(report)
