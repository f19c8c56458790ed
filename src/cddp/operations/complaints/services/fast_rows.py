"""เขียนหลายแถวให้เร็ว: rows of models by COPY, about five times faster than INSERT with its bound values."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cddp.foundation.tenancy.bulk import copy_into
from cddp.foundation.tenancy.models import TenantModel


def copy_objects(objects: Sequence[TenantModel], *, on_conflict: str = "") -> None:
    """Add unsaved rows of one model of the current town; "ON CONFLICT DO NOTHING" may be given."""
    if not objects:
        return
    model = type(objects[0])
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    rows = ([_plain(field, _value(field, each)) for field in fields] for each in objects)
    copy_into(model, [str(field.column) for field in fields], rows, on_conflict=on_conflict)


def _value(field: "models.Field[Any, Any]", each: models.Model) -> Any:
    return field.pre_save(each, add=True)


def _plain(field: "models.Field[Any, Any]", value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, BaseSpatialField):
        return value.hexewkb.decode()
    if isinstance(field, ArrayField):
        return _array(value)
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    return value


def _array(texts: Sequence[str]) -> str:
    """Return PostgreSQL's form of an array of texts."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
