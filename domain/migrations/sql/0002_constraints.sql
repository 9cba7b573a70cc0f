-- Creating a table from its model leaves out the model's constraints, so they are added here.

alter table idempotency_keys add constraint one_effect_a_key
  unique (actor, mutation, key);
alter table outbox_readers add constraint one_place_a_reader
  unique (name);
alter table access_keys add constraint access_key_kind
  check (kind in ('SERVICE', 'STAFF'));
alter table access_keys add constraint one_key_a_secret
  unique (secret_hash);
alter table challenges add constraint challenge_channel
  check (channel in ('phone', 'email'));
alter table challenges add constraint challenge_tries_bounded
  check (tries between 0 and 5);
alter table consents add constraint one_consent_a_purpose
  unique (member_id, channel, purpose);
alter table members add constraint one_member_a_number
  unique (number);
alter table members add constraint one_member_a_referral_code
  unique (referral_code);
alter table members add constraint member_state
  check (state in ('ACTIVE', 'BLOCKED', 'OPTED_OUT', 'MERGED', 'ERASED'));
alter table members add constraint member_reads_what_was_sent
  check (read_sequence between 0 and sequence);
alter table preferences add constraint one_preference_a_topic
  unique (member_id, topic);
alter table profiles add constraint one_member_an_email
  unique (email);
alter table profiles add constraint one_member_a_phone
  unique (phone);
alter table profiles add constraint one_member_an_external_id
  unique (external_id);
alter table profiles add constraint email_in_lower_case
  check (email = lower(email));
alter table profiles add constraint birthday_has_both
  check ((birth_month is null) = (birth_day is null));
alter table programme_versions add constraint one_version_a_number
  unique (number);
alter table programme_versions add constraint published_means_dated
  check ((published_at is null) = (effective_from is null));
alter table rule_uses add constraint one_count_a_period
  unique (member_id, rule, period);
alter table lots add constraint lot_spent_at_most_once
  check (points > 0 and remaining between 0 and points);
alter table transactions add constraint statement_without_gaps
  unique (member_id, unit, version);
create unique index one_transaction_a_cause
  on transactions (member_id, natural_key, unit) where natural_key is not null;
create unique index reversed_once
  on transactions (reverses) where reverses is not null;
alter table transactions add constraint balance_after_never_negative
  check (balance_after >= 0);
alter table transactions add constraint transaction_kind
  check (kind in ('EARN', 'REDEEM', 'EXPIRE', 'ADJUST', 'GIVE_BACK'));
alter table transfers add constraint transfer_moves_points
  check (points between 1 and 1000000000000000);
alter table transfers add constraint transfer_between_two_accounts
  check (debit in ('available', 'pending', 'held', 'debt', 'issuance', 'redemption', 'breakage') and credit in ('available', 'pending', 'held', 'debt', 'issuance', 'redemption', 'breakage') and debit <> credit);
alter table transfers add constraint available_points_lie_in_lots
  check (('available' in (debit, credit)) = (lot_id is not null));
alter table wallets add constraint one_wallet_a_unit
  unique (member_id, unit);
alter table wallets add constraint wallet_never_negative
  check (available between 0 and 1000000000000000);
alter table wallets add constraint wallet_parts_never_negative
  check (pending >= 0 and held >= 0 and debt >= 0);
alter table qualifying_days add constraint one_sum_a_day
  unique (member_id, day);
alter table orders add constraint one_order_a_reference
  unique (source, reference);
create unique index one_order_a_claim_code
  on orders (claim_code) where claim_code is not null;
alter table orders add constraint order_total_never_negative
  check (total >= 0);
alter table rewards add constraint one_reward_a_code
  unique (code);
alter table rewards add constraint reward_has_a_price
  check (price > 0);
alter table rewards add constraint stock_never_negative
  check (stock >= 0);
alter table rewards add constraint limit_lets_one_through
  check (per_member_limit > 0);
alter table vouchers add constraint one_voucher_a_code
  unique (code);
alter table vouchers add constraint voucher_state
  check (state in ('ISSUED', 'USED', 'CANCELLED'));
alter table vouchers add constraint voucher_ends_once
  check ((state = 'USED') = (used_at is not null) and (state = 'CANCELLED') = (cancelled_at is not null));
alter table offers add constraint one_offer_a_code
  unique (code);
alter table offers add constraint offer_gives_points
  check (points > 0);
alter table offers add constraint offer_has_a_window
  check (starts_at < ends_at);
alter table offer_uses add constraint one_use_an_order
  unique (offer_id, order_id);
alter table referrals add constraint one_referral_a_friend
  unique (friend_id);
alter table referrals add constraint nobody_refers_himself
  check (referrer_id <> friend_id);
alter table referrals add constraint referral_state
  check (state in ('JOINED', 'REWARDED'));
alter table cases add constraint case_state
  check (state in ('OPEN', 'WAITING', 'ANSWERED', 'CLOSED'));
alter table cases add constraint case_kind
  check (kind in ('COMPLAINT', 'PRAISE', 'IDEA', 'QUESTION', 'DETRACTOR'));
alter table surveys add constraint one_survey_a_code
  unique (code);
alter table surveys add constraint thanks_in_a_unit
  check ((thanks_unit is null) = (thanks_points is null));
alter table survey_answers add constraint one_answer_a_member
  unique (survey_id, member_id);
alter table survey_answers add constraint nps_from_0_to_10
  check (nps between 0 and 10);
alter table notifications add constraint told_without_gaps
  unique (member_id, sequence);
alter table notifications add constraint sequence_from_one
  check (sequence > 0);
