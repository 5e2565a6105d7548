"""Step 0 for sources with an address: fetched on a schedule, then through the desk like any file.

Nothing doubtful is ever published by it. Good rows follow the source's setting: published, or a
draft that waits at the desk. Failures are counted, shown to staff, and after a while told to the
source's contact by mail.
"""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from geo.errors import ProblemError
from geo.geocoding.web import Fetched, FetchError, fetch
from geo.importing import desk, workbook
from geo.importing.child import open_in_child
from geo.importing.preview import Preview
from geo.importing.saving import plan_of
from geo.models import Activity, ImportBatch, Source, SourceFetch

BY = "自动抓取"
FIRST_RETRY = timedelta(minutes=15)  # doubled with every failure, up to the source's own rhythm
TOLD_AFTER = timedelta(days=3)
TOLD_FAILURES = 3
FEW = 4  # a source of so few activities may lose half of them without arousing suspicion


def due(now: datetime) -> list[Source]:
    """Sources whose time has come, the longest waiting first."""
    wanted: QuerySet[Source] = Source.objects.filter(fetch_every_h__gt=0).exclude(feed_url="")
    found = [one for one in wanted.select_related("fetch") if _is_due(one, now)]
    return sorted(found, key=lambda one: _tried(one) or datetime.min.replace(tzinfo=now.tzinfo))


def fetch_source(source: Source, now: datetime) -> str:
    """Fetches, reads, publishes or lays on the desk; what came of it, in words. Never raises."""
    state, _made = SourceFetch.objects.get_or_create(source=source)
    try:
        got = fetch(
            source.feed_url,
            etag=state.etag,
            last_modified=state.last_modified,
            allow_private=settings.YITU_FETCH_PRIVATE,
        )
        words = _taken(source, state, got, now)
    except (FetchError, ProblemError) as error:
        return _failed(source, state, str(error), now)
    state.tried_at = state.succeeded_at = now
    state.failures, state.failing_since, state.told_at = 0, None, None
    state.outcome = words[:300]
    state.save()
    return words


def _tried(source: Source) -> datetime | None:
    state = getattr(source, "fetch", None)
    return state.tried_at if state else None


def _is_due(source: Source, now: datetime) -> bool:
    state = getattr(source, "fetch", None)
    if state is None or state.tried_at is None or state.tried_at > now:
        return True  # a demo clock begins anew with every start
    pause = timedelta(hours=source.fetch_every_h or 0)
    if state.failures:
        pause = min(pause, FIRST_RETRY * 2 ** min(state.failures - 1, 20))
    return bool(now - state.tried_at >= pause)


def _taken(source: Source, state: SourceFetch, got: Fetched, now: datetime) -> str:
    """A batch of what came, unless nothing did. Killed half-way, it is done again the next time."""
    if got.body is None:
        return _("没有变化（服务器说的）。")
    digest = hashlib.sha256(got.body).hexdigest()
    state.etag, state.last_modified = got.etag, got.last_modified
    if digest == state.sha256:
        return _("没有变化。")
    opened = open_in_child(got.body, got.name, source.dialect)
    batch = desk.start_draft(opened, got.body, got.name, source, now, BY)
    try:
        reading = desk.read_draft(batch)
    except ProblemError:
        desk.drop(batch)
        raise
    plan = plan_of(reading, source)
    state.sha256, state.changed_at = digest, now
    _drop_earlier(batch)
    waiting = reading.count("needs_a_look") + reading.count("refused")
    counts = {"new": plan.count("new"), "changed": plan.count("changed"), "waiting": waiting}
    if not any(counts.values()):
        desk.drop(batch)
        return _("内容变了，活动没有变化。")
    had = Activity.objects.filter(source=source, is_published=True).count()
    if had > FEW and len(plan.gone) * 2 > had:
        return _("少了一半以上的活动（%(gone)d / %(had)d），没有发布，请到导入台核对。") % {
            "gone": len(plan.gone),
            "had": had,
        }
    if not source.publishes_itself:
        words = _("新增 %(new)d 项，更新 %(changed)d 项，待核对 %(waiting)d 行，在导入台等人发布。")
        return words % counts
    gone = Activity.objects.filter(source_key__in=plan.gone, is_published=True)
    report = workbook.rows_of(Preview(reading, plan, tuple(gone), source.area))
    desk.publish(batch, report, now, BY)
    return _("已发布：新增 %(new)d 项，更新 %(changed)d 项；待核对 %(waiting)d 行。") % counts


def _drop_earlier(batch: ImportBatch) -> None:
    """Fetched drafts that nobody has touched; what a person began to put right stays."""
    earlier = ImportBatch.objects.filter(
        source=batch.source_id, state=ImportBatch.State.DRAFT, by=BY
    ).exclude(pk=batch.pk)
    for one in earlier:
        if not one.draft.get("edits") and not one.draft.get("choices"):
            desk.drop(one)


def _failed(source: Source, state: SourceFetch, words: str, now: datetime) -> str:
    state.tried_at = now
    state.failures += 1
    state.failing_since = state.failing_since or now
    state.outcome = words[:300]
    state.save()
    is_long = now - state.failing_since >= TOLD_AFTER and state.failures >= TOLD_FAILURES
    if is_long and state.told_at is None and source.contact_email:
        _tell(source, state, words)
        state.told_at = now
        state.save(update_fields=["told_at"])
    return _("失败：%s") % words


def _tell(source: Source, state: SourceFetch, words: str) -> None:
    """To the contact, once until fetching succeeds again. Raises when the mail cannot be sent."""
    text = _(
        "%(name)s，您好：\n\n益图从 %(since)s 起读不到「%(title)s」：\n%(url)s\n原因：%(words)s\n\n"
        "这期间地图上的活动停在上一次读到的样子。请看看这个地址是否换了，或回信告诉我们。\n"
    ) % {
        "name": source.contact_name or source.publisher or source.title,
        "since": f"{state.failing_since:%Y-%m-%d}",
        "title": source.title,
        "url": source.feed_url,
        "words": words,
    }
    subject = _("益图读不到「%s」") % source.title.replace("\n", " ")
    EmailMessage(subject, text, to=[source.contact_email]).send()
