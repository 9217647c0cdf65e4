"""Every table of the system, imported so that the metadata is whole."""

from __future__ import annotations

import delivery.allocation.models
import delivery.attempts.models
import delivery.incidents.models
import delivery.practice.models
import delivery.process.models
import delivery.readiness.models
import delivery.results.late_rulings.models
import delivery.results.models
import delivery.results.rescoring.models
import delivery.safe_exam_browser.models
import delivery.seals.models
import delivery.sites.models
import delivery.sittings.models
import itembank.audit
import itembank.audit_chain.models
import itembank.calibrations.models
import itembank.families.models
import itembank.finding.models
import itembank.forms.models
import itembank.handover.models
import itembank.imports.models
import itembank.items.models
import itembank.likeness.models
import itembank.notices.models
import itembank.openings.models
import itembank.people.classes.models
import itembank.people.intake.models
import itembank.people.models
import itembank.people.register.models
import itembank.people.units.models
import itembank.review.comments.models
import itembank.review.council.models
import itembank.review.duplicates.models
import itembank.review.models
import itembank.review.routes.models
import itembank.stock.models
from itembank.db import Base

from .auth import models as auth_models
from .jobs import models as job_models

__all__ = ["Base", "auth_models", "delivery", "itembank", "job_models"]
