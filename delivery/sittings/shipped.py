"""Where a sitting is held: here, or at a site to which its package went."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.sites.models import ExamSite, SitePackage


def site_holding(db: Session, sitting_id: uuid.UUID) -> str | None:
    """The name of the site whose box opens this sitting; None where it is opened here.

    A box has no `site_package` of its own, so there the answer is always None.
    """
    query = (
        select(ExamSite.name)
        .join(SitePackage, SitePackage.site_id == ExamSite.id)
        .where(SitePackage.sitting_id == sitting_id)
        .order_by(SitePackage.number.desc())
    )
    return db.scalar(query.limit(1))
