"""กติกาของทรัพย์สิน: judged on plain values."""
