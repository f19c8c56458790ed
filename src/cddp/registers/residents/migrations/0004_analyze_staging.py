"""The program's role owns no table and so may not ANALYZE; a function of the owner does it for it.

Without statistics the planner takes 100,000 rows that were loaded a second ago for a handful, and joins them one
by one: minutes instead of seconds.
"""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION residents_analyze_import(tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY tables LOOP
        IF name NOT IN ('importrow', 'importhouse', 'house', 'household', 'person', 'householdmembership') THEN
            RAISE EXCEPTION 'unknown table %', name;
        END IF;
        EXECUTE format('ANALYZE %I', 'residents_' || name);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0003_registry_import")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION IF EXISTS residents_analyze_import(text[])"),
    ]
