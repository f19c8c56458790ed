"""ทางเข้าของเว็บเซิร์ฟเวอร์."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cddp.config.settings")
application = get_wsgi_application()

# What is loaded stays: the collector need not walk through half a million objects in the midst of a page.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
