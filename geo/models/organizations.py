"""Who: bureaus, associations, party branches, companies, schools, unregistered teams."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.models.spelling import Spelled


class Organization(Spelled):
    name = models.CharField(_("名称"), max_length=120, unique=True)
    kind = models.CharField(_("类型"), max_length=40, blank=True)
    registration_number = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    contact = models.CharField(_("公开联系方式"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("组织")
        verbose_name_plural = _("组织")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("organization", args=[self.pk])
