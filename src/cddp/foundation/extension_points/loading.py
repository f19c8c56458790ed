"""การบรรจุแอปของเมือง: let each app of the house fill its extension points, listeners and jobs at start."""

from importlib import import_module, util

from django.apps import AppConfig

ROOMS_WITH_MARKS = ("extensions", "subscribers", "tasks")


class CityApp(AppConfig):
    """แอปของเมือง: an app whose `extensions`, `subscribers` and `tasks` take effect when Django is ready."""

    # Django takes the one config that an apps.py offers: this base is imported there but is none.
    default = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.default = True

    def ready(self) -> None:
        for room in ROOMS_WITH_MARKS:
            if util.find_spec(f"{self.name}.{room}"):
                import_module(f"{self.name}.{room}")
