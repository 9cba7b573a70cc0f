"""A worker as it is, but for its pace: what falls due is looked at every second.

`python -m tests.stories.hurried`, with the settings in the environment.
"""

from dataclasses import replace

from api.running import worker
from api.settings import Settings
from domain import schedule

if __name__ == "__main__":
    schedule.DUTIES = tuple(
        replace(duty, every_seconds=1) if duty.falls_due else duty for duty in schedule.DUTIES
    )
    worker.work(Settings.from_environment(serving=True))
