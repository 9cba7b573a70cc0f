import type { ResultOf } from '@graphql-typed-document-node/core';
import { HomeDocument } from './generated/graphql';

type Home = ResultOf<typeof HomeDocument>;

export function balances(home: Home): number[] {
  return (home.me?.wallets ?? []).map(wallet => wallet.balance);
}
