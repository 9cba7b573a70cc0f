"""Words of pools: who has which place in them, and where it stands."""

from enum import StrEnum


class PoolRole(StrEnum):
    """What somebody is in a pool."""

    OWNER = "OWNER"
    MEMBER = "MEMBER"


class PlaceState(StrEnum):
    """The life of a place in a pool: it ends once; who comes back has a new one."""

    INVITED = "INVITED"
    JOINED = "JOINED"
    DECLINED = "DECLINED"
    LEFT = "LEFT"
    REMOVED = "REMOVED"
    CLOSED = "CLOSED"
