"""Types that others name before they are made: what breaks the cycles between capabilities."""

from typing import Annotated

import strawberry

LazyMember = Annotated["Member", strawberry.lazy("schema.members")]  # type: ignore[name-defined]  # noqa: F821
LazyOrder = Annotated["Order", strawberry.lazy("schema.orders")]  # type: ignore[name-defined]  # noqa: F821
LazyPool = Annotated["Pool", strawberry.lazy("schema.pools")]  # type: ignore[name-defined]  # noqa: F821
LazyReward = Annotated["Reward", strawberry.lazy("schema.rewards")]  # type: ignore[name-defined]  # noqa: F821
LazyTransaction = Annotated["Transaction", strawberry.lazy("schema.wallets")]  # type: ignore[name-defined]  # noqa: F821
LazyUnit = Annotated["Unit", strawberry.lazy("schema.programme")]  # type: ignore[name-defined]  # noqa: F821
LazyVersion = Annotated["ProgrammeVersion", strawberry.lazy("schema.programme")]  # type: ignore[name-defined]  # noqa: F821
LazyVoucher = Annotated["Voucher", strawberry.lazy("schema.rewards")]  # type: ignore[name-defined]  # noqa: F821
LazyWallet = Annotated["Wallet", strawberry.lazy("schema.wallets")]  # type: ignore[name-defined]  # noqa: F821
