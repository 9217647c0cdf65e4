"""What kinds of things the minutes tell. Pure."""

from __future__ import annotations

from enum import StrEnum


class IncidentKind(StrEnum):
    MACHINE = "machine"
    NETWORK = "network"
    POWER = "power"
    PAPER = "paper"
    ILLNESS = "illness"
    MISCONDUCT = "misconduct"
    LATE = "late"
    OTHER = "other"


KIND_NAMES: dict[IncidentKind, str] = {
    IncidentKind.MACHINE: "Máy thi hỏng",
    IncidentKind.NETWORK: "Mất mạng",
    IncidentKind.POWER: "Mất điện",
    IncidentKind.PAPER: "Đề thi có sai sót",
    IncidentKind.ILLNESS: "Thí sinh ốm",
    IncidentKind.MISCONDUCT: "Vi phạm quy chế",
    IncidentKind.LATE: "Thí sinh đến muộn",
    IncidentKind.OTHER: "Việc khác",
}
