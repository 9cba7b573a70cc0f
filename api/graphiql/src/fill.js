// Fills `{{placeholders}}` in the variables of a ready operation when it is opened.
import { ask, withAuthorization } from './fetcher.js';

const VOUCHER = '{ me { vouchers(state: ISSUED, first: 1) { nodes { id code } } } }';
const HOLDS = '{ me { wallet(unit: "POINTS") { holds(first: 1) { nodes { id } } } } }';
const MERGES = '{ member(by: {externalId: "demo-14"}) { merges(first: 1) { nodes { id } } } }';
const SURVEY = '{ me { surveys(first: 1) { nodes { id questions { id } } } } }';
const POOLS =
  '{ me { pools { id pool { id people(first: 2) { nodes { id } } } } poolInvitations { id } } }';
const COMPANY = '{ member(by: {externalId: "demo-5"}) { pools { pool { id } } } }';
const NOTIFICATIONS = '{ me { notifications(first: 10) { edges { cursor } } } }';
const ADJUSTED = '{ adjustments(state: POSTED, first: 20) { nodes { points transaction { id } } } }';
const EXPIRED = `{ member(by: {externalId: "demo-2"}) {
  wallet(unit: "POINTS") { transactions(first: 20) { nodes { id kind } } } } }`;
const ASKED_FOR = '{ adjustments(state: ASKED, first: 1) { nodes { id } } }';

/** Somebody has bought a coffee and has not said who it was: a new receipt each time. */
const receipt = () => `mutation { orderReport(input: {
  idempotencyKey: "${crypto.randomUUID()}"
  order: {
    source: "cafe", reference: "receipt-${crypto.randomUUID().slice(0, 6)}", currency: "EUR"
    occurredAt: "${new Date().toISOString()}"
    lines: [{ sku: "FLAT-WHITE", name: "Flat white", category: "coffee", quantity: 2, unitPrice: 380 }]
  }
}) { claim { code } } }`;

/** name: [asked as, document or what makes it, where in the answer, what to do when it is not there] */
const LOOKUPS = {
  memberNumber: ['member', '{ me { number } }', d => d.me.number],
  referralCode: ['member', '{ me { referralLink { code } } }', d => d.me.referralLink.code],
  termsVersion: ['nobody', '{ programme { current { termsVersion } } }', d => d.programme.current.termsVersion],
  rewardId: [
    'member',
    '{ rewards(first: 20) { nodes { id redeemability { possible } } } }',
    d => (d.rewards.nodes.find(n => n.redeemability?.possible) ?? d.rewards.nodes[0]).id,
  ],
  voucherId: ['member', VOUCHER, d => d.me.vouchers.nodes[0].id, 'redeem a reward first'],
  voucherCode: ['member', VOUCHER, d => d.me.vouchers.nodes[0].code, 'redeem a reward first'],
  holdId: ['member', HOLDS, d => d.me.wallet.holds.nodes[0].id, 'hold points first'],
  surveyId: ['member', SURVEY, d => d.me.surveys.nodes[0].id, 'no survey is due'],
  questionId: ['member', SURVEY, d => d.me.surveys.nodes[0].questions[0].id, 'no survey is due'],
  latestCursor: ['member', NOTIFICATIONS, d => d.me.notifications.edges[0].cursor],
  earlierCursor: ['member', NOTIFICATIONS, d => d.me.notifications.edges.at(-1).cursor],
  mergeId: ['staff', MERGES, d => d.member.merges.nodes[0].id, 'merge two members first'],
  poolId: ['member', POOLS, d => d.me.pools[0].pool.id],
  placeId: ['member', POOLS, d => d.me.pools[0].id],
  otherPlaceId: ['member', POOLS, d => d.me.pools[0].pool.people.nodes[1].id],
  invitationId: ['member', POOLS, d => d.me.poolInvitations[0].id, 'nobody asks you in'],
  otherInvitationId: ['member', POOLS, d => d.me.poolInvitations.at(-1).id, 'nobody asks you in'],
  companyId: ['staff', COMPANY, d => d.member.pools[0].pool.id],
  joinedPoolId: ['member', POOLS, d => d.me.pools[1].pool.id, 'join a pool first'],
  claimCode: ['shop', receipt, d => d.orderReport.claim.code],
  myCaseId: ['member', '{ me { cases(first: 1) { nodes { id } } } }', d => d.me.cases.nodes[0].id, 'send feedback first'],
  adjustedId: ['staff', ADJUSTED, d => d.adjustments.nodes.find(n => n.points > 0).transaction.id, 'adjust a wallet first'],
  expiredId: ['staff', EXPIRED, d => d.member.wallet.transactions.nodes.find(n => n.kind === 'EXPIRE').id],
  adjustmentId: ['staff', ASKED_FOR, d => d.adjustments.nodes[0].id, 'nothing is asked for'],
  draftId: [
    'staff',
    '{ programme { versions(first: 20) { nodes { id state problems { severity } } } } }',
    d => d.programme.versions.nodes.find(n => n.state === 'DRAFT' && n.problems.every(p => p.severity !== 'ERROR')).id,
    'draft a programme first',
  ],
  newestDraftId: [
    'staff',
    '{ programme { versions(first: 20) { nodes { id state } } } }',
    d => d.programme.versions.nodes.find(n => n.state === 'DRAFT').id,
    'draft a programme first',
  ],
  stopId: ['staff', '{ programme { stops { id } } }', d => d.programme.stops[0].id, 'nothing is stopped'],
  caseId: ['staff', '{ cases(state: OPEN, first: 1) { nodes { id } } }', d => d.cases.nodes[0].id, 'no case is open'],
};

export function createFiller(endpoint, caller) {
  const seen = {};

  async function lookUp(name, asked) {
    const [identity, made, pick, otherwise] = LOOKUPS[name];
    const query = typeof made === 'function' ? made() : made;
    try {
      asked[query] ??= caller
        .authorization(identity)
        .then(authorization => ask(endpoint, { query }, withAuthorization({}, authorization)));
      return pick((await asked[query]).result.data);
    } catch {
      return `<${otherwise ?? name}>`;
    }
  }

  return {
    /** Keep what a later operation of the sign-in needs. */
    remember(data) {
      const challengeId = data?.loginRequestCode?.challengeId;
      if (challengeId) seen.challengeId = challengeId;
    },

    /** Variables as JSON text, with fresh keys and with ids that exist. */
    async variables(template) {
      const names = new Set(JSON.stringify(template).match(/(?<=\{\{)\w+(?=\}\})/g) ?? []);
      const uuid = crypto.randomUUID();
      const values = { uuid, short: uuid.slice(0, 6), now: inDays(0), ...seen };
      Object.assign(values, { monthAgo: inDays(-30), yearAgo: dayOf(-365), tomorrow: dayOf(1) });
      Object.assign(values, { nextQuarter: inDays(91), inFourMonths: dayOf(122) });
      values.challengeId ??= '<request a code first>';
      values.refreshToken = caller.session?.refreshToken ?? '<sign in first>';
      const asked = {};
      await Promise.all(
        [...names].filter(name => name in LOOKUPS).map(async name => {
          values[name] = await lookUp(name, asked);
        }),
      );
      return JSON.stringify(template, (_key, value) => replaced(value, values), 2);
    },
  };
}

function inDays(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

function dayOf(days) {
  return inDays(days).slice(0, 10);
}

function replaced(value, values) {
  if (typeof value !== 'string') return value;
  const whole = value.match(/^\{\{(\w+)\}\}$/);
  if (whole) return values[whole[1]] ?? value;
  return value.replace(/\{\{(\w+)\}\}/g, (match, name) => values[name] ?? match);
}
