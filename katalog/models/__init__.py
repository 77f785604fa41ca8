"""All tables. Importing this package registers them with `SQLModel.metadata`."""

from sqlmodel import SQLModel

from katalog.models import (
    angebot,
    betrieb,
    fall,
    konten,
    koordination,
    nutzung,
    quellen,
    register,
    stellen,
)

AREAS = (quellen, register, stellen, konten, angebot, fall, nutzung, koordination, betrieb)
metadata = SQLModel.metadata
