"""กติกาของเรื่องร้องเรียน: judgements on plain values."""
