"""What is counted and timed, in Prometheus's terms; api/watching/metrics.py tells it.

Labels come from closed lists of our own: never a value of a caller's, nor a name that one chose.
"""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_BATCH = (1, 2, 4, 8, 16, 32, 64)

requests = Histogram(
    "pistis_request_seconds",
    "Requests by registered operation, and whether their answer was found in Redis.",
    ["operation", "cache"],
    buckets=_SECONDS,
)
errors = Counter("pistis_errors", "Top-level errors that callers were told.", ["code"])
refusals = Counter("pistis_refusals", "User errors in payloads of mutations.", ["code"])
throttled = Counter("pistis_throttled", "Requests over a limit of rate.", ["limit"])
sockets = Gauge("pistis_sockets", "Sockets and event streams open.", multiprocess_mode="livesum")
told = Counter("pistis_events_told", "Events written to sockets and streams.")

cached = Counter("pistis_cache_reads", "Values looked for in Redis.", ["what", "result"])
redis_away = Gauge(
    "pistis_redis_away", "Processes that do without Redis now.", multiprocess_mode="livesum"
)

postings = Counter("pistis_postings", "Postings by the fact that they record.", ["kind"])
posting_batch = Histogram("pistis_posting_batch", "Postings that shared a call.", buckets=_BATCH)
posting_seconds = Histogram(
    "pistis_posting_seconds", "Calls of the posting function.", buckets=_SECONDS
)

pool_size = Gauge(
    "pistis_pool_connections", "Connections to PostgreSQL.", multiprocess_mode="livesum"
)
pool_used = Gauge(
    "pistis_pool_used", "Connections to PostgreSQL in use.", multiprocess_mode="livesum"
)
pool_waiting = Gauge(
    "pistis_pool_waiting", "Who waits for a connection.", multiprocess_mode="livesum"
)
loop_lag = Gauge(
    "pistis_loop_lag_seconds",
    "How late the event loop of the slowest process is.",
    multiprocess_mode="livemax",
)

relayed = Counter("pistis_facts_relayed", "Facts of the outbox that were passed on.", ["reader"])
duty_done = Gauge(
    "pistis_duty_done_timestamp_seconds",
    "When a worker last did what is due every so often.",
    ["duty"],
    multiprocess_mode="max",
)
