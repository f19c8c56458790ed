"""กติกาของงานซ่อม: judged on plain values."""
