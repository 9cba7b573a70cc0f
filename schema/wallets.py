"""Wallets: balances, the statement and why each point is there, coming expiries, the proof."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from domain.actor import Role
from domain.orders.queries import OrderRow, orders
from domain.programme import explanations
from domain.programme.explanations import ExplainedPart
from domain.programme.terms import Unit as UnitTerms
from domain.wallets import proof, queries, words
from domain.wallets.kinds import TransactionKind
from domain.wallets.proof import LedgerProof as ProofRow
from domain.wallets.queries import ExpirationRow, TransactionRow, WalletRow
from schema.context import Context, Info
from schema.enums import enum
from schema.node import Node, fetched_by, uuids
from schema.paging import After, Connection, First, checked, connection
from schema.programme import EarningRule, ProgrammeVersion, Unit
from schema.references import LazyOrder
from schema.roles import field
from schema.scalars import Points
