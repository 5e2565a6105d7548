"""The background worker: real processes on the real database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from geo import work
from geo.admin.work import failed_jobs, rows, waiting_jobs
from geo.models import WorkNote
from tests import probe_tasks  # noqa: F401 - known to the queue by being imported

QUEUE = reverse("admin:geo_worknote_queue")
MOMENT = "2019-06-26T09:40+08:00"


@pytest.fixture(autouse=True)
def _clean(transactional_db: None) -> Iterator[None]:
    """The queue's tables are not Django's: what a test leaves, it leaves to the next one."""
    _empty()
    yield
    _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def worker(*options: str, probe: str = "tests.probe_tasks") -> "subprocess.Popen[str]":
    """A worker as the demo starts it, on the tests' database."""
    parts = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@/{NAME}?host={HOST}&port={PORT}".format(**parts)
    return subprocess.Popen(
        [sys.executable, "-c", START, probe, *options],
        env={**os.environ, "DATABASE_URL": url, "YITU_DEMO": "1", "YITU_NOW": MOMENT},
        stderr=subprocess.PIPE,
        text=True,
    )


# manage.py work, knowing the tasks of these tests as well.
START = """
import sys
from importlib import import_module
from django.core.management import execute_from_command_line
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
import_module(sys.argv[1])
execute_from_command_line(["manage.py", "work", *sys.argv[2:]])
"""


def wait_for(question: Any, patience: float = 20) -> Any:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError("nothing came of it")


def states() -> list[str]:
    return [row["status"] for row in rows("SELECT status FROM procrastinate_jobs WHERE task_name"
            " LIKE 'tests.%%' ORDER BY id")]  # fmt: skip


def test_a_job_is_done_by_a_worker_that_listens_and_ends_with_ctrl_c() -> None:
    child = worker()
    wait_for(lambda: rows("SELECT 1 AS one FROM procrastinate_workers"))
    queued = time.monotonic()
    work.later("tests.greet", name="日湖公园")
    note = wait_for(lambda: WorkNote.objects.filter(task="tests.greet").first())
    assert time.monotonic() - queued < 3  # told by the database, not by the next look
    assert (note.words, note.is_failure, note.attempt) == ("你好，日湖公园，2019-06-26", False, 1)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=30) == 0
    assert child.stderr is not None
    assert "Traceback" not in child.stderr.read()
    child.stderr.close()


def test_what_is_due_is_queued_by_itself() -> None:
    child = worker()
    wait_for(lambda: WorkNote.objects.filter(task="geo.rescue_jobs", is_failure=False).first())
    child.terminate()
    child.communicate(timeout=30)


def test_a_failure_is_noted_tried_again_later_and_once_more_by_staff(client: Client) -> None:
    work.later("tests.stumble", attempts_noted=0)
    worker("--until-empty").communicate(timeout=30)
    note = WorkNote.objects.get(task="tests.stumble")
    assert (note.is_failure, note.words) == (True, "ValueError: 服务器没有回答")
    (job,) = [one for one in waiting_jobs() if one["task_name"] == "tests.stumble"]
    assert 20 < job["pause"] <= 30
    assert job["words"] == "ValueError: 服务器没有回答"
    with connection.cursor() as cursor:  # as if the pauses had passed
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now(), attempts = 1")
    worker("--until-empty").communicate(timeout=30)
    (failed,) = failed_jobs()
    assert failed["attempts"] == 2
    client.force_login(User.objects.create_superuser("lin"))
    page = client.get(QUEUE).content.decode()
    assert "ValueError: 服务器没有回答" in page
    assert "没有后台进程在运行" in page
    assert "已重新排队。" in client.post(QUEUE, {"job": job["id"]}, follow=True).content.decode()
    assert failed_jobs() == []
    assert states() == ["todo"]
    again = client.post(QUEUE, {"job": job["id"]}, follow=True).content.decode()
    assert "这个任务已经不在失败的名单里了。" in again


def test_work_of_a_killed_worker_is_done_by_the_next_one() -> None:
    work.later("tests.linger", seconds=60)
    child = worker()
    wait_for(lambda: states() == ["doing"])
    child.kill()
    child.communicate()
    assert work.rescue() == 0  # it signed a moment ago: it may still live
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 s'")
        cursor.execute("""UPDATE procrastinate_jobs SET args = '{"seconds": 0}'
                          WHERE task_name LIKE 'tests.%'""")
    assert work.rescue() >= 1  # and what was due when it was killed
    worker("--until-empty").communicate(timeout=30)
    assert WorkNote.objects.get(task="tests.linger", is_failure=False).words == "0"


def test_even_an_error_that_python_cannot_pass_on_ends_as_a_failure() -> None:
    work.later("tests.run_dry")
    worker("--until-empty").communicate(timeout=30)
    assert WorkNote.objects.get(task="tests.run_dry").words == "StopIteration"
    assert states() == ["failed"]


def test_nothing_is_queued_twice_while_it_waits() -> None:
    assert work.later("tests.greet", once="3", name="甲")
    assert not work.later("tests.greet", once="3", name="甲")
    assert work.later("tests.greet", once="4", name="乙")
    assert states() == ["todo", "todo"]


def test_only_staff_see_the_page_and_only_those_who_may_act_act(client: Client) -> None:
    assert client.get(QUEUE).status_code == 302
    client.force_login(User.objects.create_user("chen", is_staff=True))
    assert client.get(QUEUE)["Location"] == reverse("admin:index")
    assert client.post(QUEUE, {"task": "geo.tidy_notes"}).status_code == 403
    client.force_login(User.objects.create_superuser("lin"))
    asked = client.post(QUEUE, {"task": "geo.tidy_notes"}, follow=True)
    assert "「清理任务记录」已排队。" in asked.content.decode()
