-- Makes an outside PostgreSQL (15 or later, with PostGIS 3.3 or later) ready for CDDP. As superuser:
--   psql -v owner_password=… -v app_password=… -f outside-database.sql
-- Printed by `./cddp database-sql`.
\set ON_ERROR_STOP on
CREATE ROLE cddp_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'owner_password';
CREATE ROLE cddp_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'app_password';
GRANT cddp_app TO cddp_owner;
CREATE DATABASE cddp OWNER cddp_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
\connect cddp
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
ALTER DEFAULT PRIVILEGES FOR ROLE cddp_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cddp_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cddp_owner GRANT USAGE, SELECT ON SEQUENCES TO cddp_app;
ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;
ALTER FUNCTION geometry_within(geometry, geometry) LEAKPROOF;
ALTER FUNCTION geometry_contains(geometry, geometry) LEAKPROOF;
ALTER FUNCTION textlike(text, text) LEAKPROOF;
ALTER FUNCTION texticlike(text, text) LEAKPROOF;
ALTER FUNCTION similarity_op(text, text) LEAKPROOF;
ALTER FUNCTION word_similarity_op(text, text) LEAKPROOF;
ALTER FUNCTION word_similarity_commutator_op(text, text) LEAKPROOF;
