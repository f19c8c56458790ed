"""The house rules that an import does not show. Each rule is also shown a bad example, and must refuse it."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from cddp.foundation.accounts.access import ACCESS_MARK, public
from cddp.foundation.accounts.roles import load_roles
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from tests.architecture.house_order import REPOSITORY, app_ranks
from tests.architecture.third_party_routes import access_of

THAI = re.compile("[\u0e00-\u0e7f]")
WRITES = {"create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
SOURCE = REPOSITORY / "src"
OUR_MODELS = [model for model in apps.get_models() if model.__module__.startswith("cddp.")]
TENANT_MODELS = [model for model in OUR_MODELS if issubclass(model, TenantModel)]


def app_of(dotted: str) -> str:
    return ".".join(dotted.split(".")[:3])


def relations_between_apps():
    for model in OUR_MODELS:
        for field in model._meta.get_fields():
            target = field.related_model
            if not target or field.auto_created or not target.__module__.startswith("cddp."):
                continue
            if app_of(target.__module__) != app_of(model.__module__):
                yield pytest.param(model, field, id=f"{model._meta.label}.{field.name}")


def routes(patterns=None, prefix: str = "") -> Iterator[tuple[str, object]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


def written_foreign_tables(tree: ast.AST, here: str, where: str = "") -> list[str]:
    """Return the places where code of app `here` writes through a model of another app."""
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith("cddp.")
        and ".models" in node.module
        and app_of(node.module) != here
        for alias in node.names
    }
    return [
        f"{where}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
        for name in ast.walk(node.func)
        if isinstance(name, ast.Name) and name.id in foreign
    ]


@pytest.mark.parametrize(("model", "field"), list(relations_between_apps()))
def test_a_foreign_key_points_down_and_leaves_no_name_behind(model, field):
    ranks = app_ranks()
    assert ranks[app_of(field.related_model.__module__)] < ranks[app_of(model.__module__)]
    assert field.remote_field.hidden, 'use related_name="+": the lower app must not grow a name for the upper'


@pytest.mark.parametrize(("route", "view"), [pytest.param(*r, id=r[0]) for r in routes()])
def test_every_route_says_who_may_open_it(route, view):
    assert getattr(view, ACCESS_MARK, None) or access_of(view), f"{route}: mark it with @public or @requires"


def test_an_unmarked_view_would_be_noticed():
    def unmarked(request): ...

    assert getattr(unmarked, ACCESS_MARK, None) is None
    assert access_of(unmarked) is None
    assert getattr(public(unmarked), ACCESS_MARK) == "public"


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_every_model_and_field_bears_its_thai_name(model):
    with translation.override("th"):
        names = {"(model)": model._meta.verbose_name, "(docstring)": model.__doc__ or ""}
        names |= {field.name: field.verbose_name for field in model._meta.fields if not field.primary_key}
        assert [where for where, name in names.items() if not THAI.search(str(name))] == []


@pytest.mark.parametrize(
    "path", sorted((SOURCE / "cddp").rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE))
)
def test_nobody_writes_to_another_apps_tables(path):
    parts = path.relative_to(SOURCE).parts
    # The roof (demo towns, operator's commands) sets towns up; tests make what they need.
    if {"migrations", "tests", "config"} & set(parts) or len(parts) < 4:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert written_foreign_tables(tree, ".".join(parts[:3]), str(path)) == [], "ask the owner's services"


def test_a_write_to_a_foreign_table_would_be_noticed():
    bad = ast.parse(
        "from cddp.registers.residents.models import House\ndef f():\n    House.objects.filter(x=1).update(y=2)"
    )
    assert written_foreign_tables(bad, "cddp.insight.maps") == [":3"]
    assert written_foreign_tables(bad, "cddp.registers.residents") == []


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label)
def test_keys_and_indexes_of_a_town_begin_with_the_town(model):
    for constraint in model._meta.constraints:
        if hasattr(constraint, "fields") and constraint.fields:
            assert constraint.fields[0] == "municipality", constraint.name
    for index in model._meta.indexes:
        if type(index).__name__ == "BrinIndex":
            continue
        first = index.fields[0] if index.fields else index.expressions[0].name
        assert first.startswith("municipality"), index.name
    for field in model._meta.local_fields:
        target = field.related_model
        if target and isinstance(target, type) and issubclass(target, TenantModel):
            assert isinstance(field, TenantForeignKey), f"{field.name}: use TenantForeignKey"


def test_a_tenant_model_has_no_many_to_many():
    assert [m._meta.label for m in TENANT_MODELS if m._meta.local_many_to_many] == []


def permissions_in_code() -> set[str]:
    asked = re.compile(r"""(?:requires\(|has_perm\(|permission=)\s*"([a-z_]+\.[a-z_]+)\"""")
    found: set[str] = set()
    for path in (SOURCE / "cddp").rglob("*.py"):
        if "tests" not in path.parts:
            found |= set(asked.findall(path.read_text(encoding="utf-8")))
    return found


def test_every_permission_in_the_code_is_granted_to_some_role_and_the_other_way_round():
    granted = frozenset().union(*(role.permissions for role in load_roles().values()))
    asked = permissions_in_code()
    assert asked - granted == set(), "grant it in policy/roles.yaml"
    assert granted - asked == set(), "no code asks for it: remove it from policy/roles.yaml"


DRAWERS = re.compile(r"(^|/)(utils?|helpers?|common|misc|manager|info|handle|process)(\.py|\.ts|/)")


def test_no_drawer_without_a_name_of_its_own():
    places = [p.relative_to(REPOSITORY).as_posix() for p in (SOURCE / "cddp").rglob("*.py")]
    assert [place for place in places if DRAWERS.search(place)] == []
    assert DRAWERS.search("src/cddp/portal/utils.py")
