"""Work that nobody waits for: how a task is written, queued, repeated and watched.

The queue is procrastinate's, in our own database. A task is a plain function of *now*::

    @work.task(_("抓取来源"), every="*/15 * * * *")
    def fetch_sources(now: datetime) -> str:
        ...
        return "抓取了 3 个来源"          # a sentence for staff, "" when there was nothing to do

in the module ``tasks`` of an app. ``every`` is cron in UTC; without it, the task waits for
``work.later``. An exception is a failure: noted for staff, tried again with growing pauses.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from geo.models import WorkNote
from geo.models.changes import acting

LONGEST_NOTE = 500
FIRST_PAUSE_S = 30
LATER_PAUSES_S = 240  # 30 s, 4.5 min, 8.5 min … between two attempts


@dataclass(frozen=True)
class Task:
    """``name`` in the queue, ``words`` for staff, ``every`` as cron in UTC or empty."""

    name: str
    words: Any
    every: str
    function: Callable[..., str]


TASKS: dict[str, Task] = {}


def task(
    words: Any, *, every: str = "", attempts: int = 4
) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Registers a function ``(now, **plain JSON)`` under ``app.function_name``.

    Two runs of one task never overlap; a repeated one is not queued while it still waits. It is
    tried *attempts* times.
    """

    def register(function: Callable[..., str]) -> Callable[..., str]:
        name = f"{function.__module__.partition('.')[0]}.{function.__name__}"

        def run(context: JobContext, /, timestamp: int = 0, **arguments: Any) -> str:
            return _noted(name, function, context, arguments)

        pauses = attempts > 1 and RetryStrategy(
            max_attempts=attempts - 1, wait=FIRST_PAUSE_S, linear_wait=LATER_PAUSES_S
        )
        queued = app.task(name=name, pass_context=True, retry=pauses, lock=name)(run)
        if every:
            app.periodic(cron=every, queueing_lock=name)(queued)
        TASKS[name] = Task(name, words, every, function)
        return function

    return register


def later(name: str, /, *, once: str = "", **arguments: Any) -> bool:
    """Queues the task *name*, in the transaction that is open, if one is.

    With *once*, nothing is queued while a job of the same words waits: False is returned then.
    """
    options = {"queueing_lock": f"{name}:{once}"} if once else {}
    try:
        app.configure_task(name, lock=name, **options).defer(**arguments)  # type: ignore[arg-type]
    except AlreadyEnqueued:
        return False
    return True


def run(clock: Callable[[], datetime], *, until_empty: bool = False, concurrency: int = 2) -> None:
    """Works until it is told to end (SIGINT, SIGTERM), or until nothing is left to do."""
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector):
        app.run_worker(
            wait=not until_empty,
            concurrency=concurrency,
            delete_jobs="successful",
            additional_context={"clock": clock},
            shutdown_graceful_timeout=5,
        )


def try_again(job: int) -> bool:
    """Puts a failed job back into the queue, at once. False when it is not there any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT priority, queue_name, lock FROM procrastinate_jobs"
            " WHERE id = %s AND status = 'failed' FOR UPDATE",
            [job],
        )
        found = cursor.fetchone()
        if found is None:
            return False
        cursor.execute("SELECT now()")
        (moment,) = cursor.fetchone()
    app.job_manager.retry_job_by_id(job, moment, *found)
    return True


def rescue() -> int:
    """Puts back jobs whose worker died with them; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job.id, now(), job.priority, job.queue_name, job.lock"
            " FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker"
            " ON worker.id = job.worker_id WHERE job.status = 'doing' AND"
            " (worker.id IS NULL OR worker.last_heartbeat < now() - interval '30 s')"
        )
        dead = cursor.fetchall()
    for job, moment, *rest in dead:
        app.job_manager.retry_job_by_id(job, moment, *rest)
    return len(dead)


def _noted(
    name: str, function: Callable[..., str], context: JobContext, arguments: Mapping[str, Any]
) -> str:
    """Runs the function; what came of it is kept where staff can read it."""
    clock: Callable[[], datetime] = context.additional_context["clock"]
    started, is_failure = time.monotonic(), True
    words = "中断"
    try:
        with acting(name):
            words, is_failure = function(clock(), **arguments), False
        return words
    except StopIteration as error:
        # Python cannot hand this one from a thread to a loop: the worker would wait for ever.
        words = "StopIteration"
        raise RuntimeError(words) from error
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        raise
    finally:
        WorkNote.objects.create(
            task=name,
            job=context.job.id or 0,
            attempt=context.job.attempts + 1,
            is_failure=is_failure,
            words=words[:LONGEST_NOTE],
            took_ms=round(1000 * (time.monotonic() - started)),
        )
