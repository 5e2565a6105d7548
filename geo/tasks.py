"""What the background worker does for places and activities. How: :mod:`geo.work`."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from geo import voices, work
from geo.admin.settling import stand_again
from geo.geocoding.waiting import ask_again
from geo.importing import duplicates, fetching, recurring
from geo.models import Source
from geo.moments import day_of

KEPT = {False: "2 days", True: "30 days"}  # notes of runs: good ones, failures


@work.task(_("查找还不知道在哪里的地点"), every="*/10 * * * *")
def geocode_waiting(now: datetime) -> str:
    """Asks map services that were busy, and our own lists, once more."""
    asked, better = ask_again(day_of(now), lambda reading: stand_again(reading.occurrences.all()))
    return f"问了 {asked} 处，{better} 处有了新的答案" if asked else ""


@work.task(_("抓取到时间的来源"), every="*/15 * * * *")
def fetch_due_sources(now: datetime) -> str:
    """One job a source: a slow server holds up nobody else's news for ever."""
    sources = fetching.due(now)
    for source in sources:
        work.later("geo.fetch_source", once=str(source.pk), source=source.pk)
    return f"排队 {len(sources)} 个来源" if sources else ""


@work.task(_("抓取一个来源"), attempts=1)
def fetch_source(now: datetime, source: int) -> str:
    """Tried again by its own rhythm; staff see failures with the source."""
    found = Source.objects.filter(pk=source).exclude(feed_url="").first()
    return f"{found}：{fetching.fetch_source(found, now)}" if found else "没有这个来源"


@work.task(_("找疑似重复的活动"), every="23 * * * *")
def propose_resemblances(now: datetime) -> str:
    """Of different sources, with something still to come; a person decides."""
    number = duplicates.propose(day_of(now))
    return f"提出 {number} 对" if number else ""


@work.task(_("把重复的活动排到 400 天后"), every="41 18 * * *")
def expand_schedules(now: datetime) -> str:
    """02:41 in Ningbo; days that became holidays are taken off with their reason."""
    made, off = recurring.expand_all(day_of(now))
    return f"新排 {made} 场，因除外日取消 {off} 场" if made or off else ""


@work.task(_("请主办方确认长期重复的活动"), every="7 1 * * *")
def ask_organizers(now: datetime) -> str:
    """09:07 in Ningbo."""
    asked, nobody = recurring.ask_organizers(day_of(now))
    return f"问了 {asked} 个，{nobody} 个没有邮箱可问" if asked or nobody else ""


@work.task(_("找回中断的任务"), every="* * * * *")
def rescue_jobs(now: datetime) -> str:
    """A worker that was killed leaves its jobs marked as running; they go back to the queue."""
    number = work.rescue()
    return f"重新排队 {number} 个" if number else ""


@work.task(_("清理任务记录"), every="17 * * * *")
def tidy_notes(now: datetime) -> str:
    """Notes, and failed jobs that nobody asked for again within 30 days, by the queue's clock."""
    with connection.cursor() as cursor:
        for is_failure, age in KEPT.items():
            cursor.execute(
                "DELETE FROM geo_worknote WHERE is_failure = %s AND at < now() - %s::interval",
                [is_failure, age],
            )
        cursor.execute(
            "DELETE FROM procrastinate_jobs job WHERE job.status IN ('failed', 'cancelled')"
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_events event WHERE event.job_id = job.id"
            " AND event.at > now() - interval '30 days')"
        )
    return ""


@work.task(_("忘掉联系方式"), every="30 19 * * *")
def forget_contacts(now: datetime) -> str:
    """At night: contacts of closed matters, and the hashes of yesterday's senders."""
    count = voices.forget(now)
    return f"删除了 {count} 条联系方式" if count else ""
