"""กติกาของทะเบียน: judgements on plain values; no database."""
