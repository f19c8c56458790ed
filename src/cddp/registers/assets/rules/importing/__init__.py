"""กติกาการนำเข้าทรัพย์สิน: projections, encodings, columns, rows, problems; plain values, no database."""
