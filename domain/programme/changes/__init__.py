"""What a new version of the programme changes, and which way, for those who are in it. Pure."""

from domain.programme.changes.comparing import Change, changes, key_of, overall, without_over
from domain.programme.changes.directions import ChangeEffect
from domain.programme.changes.fields import FIELDS

__all__ = ["FIELDS", "Change", "ChangeEffect", "changes", "key_of", "overall", "without_over"]
