"""What is wrong with a programme, a file for each part of it; `whole` asks them all."""

from domain.programme.review.whole import errors, problems

__all__ = [
    "errors",
    "problems",
]
