"""กติกาการนำเข้าทะเบียนราษฎร์: what the columns and cells of a civil registration file mean; plain values."""
