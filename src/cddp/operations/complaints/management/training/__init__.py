"""สอนแบบจำลองแนะนำประเภท: used by the command `train_classifier` only; no screen and no job imports it."""
