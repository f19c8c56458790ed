"""สิ่งที่แผนที่ส่งให้แอปอื่น: its menu item, and the layer of the town's own outline."""

from typing import Any

from django.contrib.gis.db.models import MultiPolygonField
from django.contrib.gis.db.models.functions import Transform
from django.db.models import Expression, F, QuerySet
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery, MapLayer, MenuItem, map_layers, menu_items
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality


def _own_town(user: User, query: LayerQuery) -> QuerySet[Any]:
    # One row of a small table: transforming it for each tile costs less than a column would.
    outline: Expression = Transform(F("boundary"), 3857, output_field=MultiPolygonField(srid=3857))
    return Municipality.objects.filter(pk=required_municipality_id(), boundary__isnull=False).annotate(
        boundary_3857=outline
    )


menu_items.add(
    MenuItem(
        key="maps",
        label=_("แผนที่"),
        url_name="maps:map",
        icon="map",
        permission="maps.view",
        group="insight",
        order=10,
        on_phone_bar=True,
    )
)

map_layers.add(
    MapLayer(
        key="town",
        label=_("เขตเทศบาล"),
        permission="maps.view",
        geometry="polygon",
        rows=_own_town,
        geometry_field="boundary_3857",
        order=0,
    )
)
