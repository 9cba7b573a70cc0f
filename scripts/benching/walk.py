"""graphql-core alone: the walk over dicts that are ready, for a document that is parsed. Reads an
answer and prints what one execution costs, in microseconds of CPU: a process of its own.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from typing import Any

import orjson
from graphql import ExecutionResult, build_schema, execute, parse

from scripts.benching import documents, gauges
from scripts.benching.serving import ROOT


def walked_us(data: dict[str, Any], name: str, seconds: float) -> float:
    """What graphql-core takes for this answer to a document, on the server's core."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benching.walk", name, str(seconds)],
        cwd=ROOT,
        input=orjson.dumps(data),
        stdout=subprocess.PIPE,
        check=True,
        preexec_fn=lambda: gauges.pin_here(gauges.cores()[0]),
    )
    return float(done.stdout)


def main(name: str, seconds: float) -> None:
    """Execute until the time is over; the same answer must come out."""
    data = orjson.loads(sys.stdin.buffer.read())
    sdl = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
    schema, document = build_schema(sdl), parse(documents.text(name))
    result = execute(schema, document, data)
    assert isinstance(result, ExecutionResult)
    assert result.errors is None, result.errors
    assert result.data == data
    gc.freeze()
    _spent_us(schema, document, data, seconds / 4)
    print(_spent_us(schema, document, data, seconds))


def _spent_us(schema: Any, document: Any, data: Any, seconds: float) -> float:
    count = 0
    began = time.process_time()
    while time.process_time() < began + seconds:
        execute(schema, document, data)
        count += 1
    return (time.process_time() - began) / count * 1_000_000


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
