#!/bin/sh
# Runs once, when the container makes its data folder.
set -eu
psql -U postgres -v owner_password="$CDDP_OWNER_PASSWORD" -v app_password="$CDDP_APP_PASSWORD" \
  -f /cddp/outside-database.sql
