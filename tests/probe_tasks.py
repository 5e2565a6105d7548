"""Tasks that only the tests of the worker know."""

import time
from datetime import datetime

from geo import work


@work.task("问候")
def greet(now: datetime, name: str) -> str:
    return f"你好，{name}，{now:%Y-%m-%d}"


@work.task("失败", attempts=2)
def stumble(now: datetime, attempts_noted: int) -> str:
    raise ValueError("服务器没有回答")


@work.task("拖延")
def linger(now: datetime, seconds: float) -> str:
    time.sleep(seconds)
    return str(seconds)


@work.task("落空", attempts=1)
def run_dry(now: datetime) -> str:
    return str(next(iter(())))
