"""บัญชีสาธิต: print who may sign in to the demo towns."""

from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand

from cddp.config.demo.accounts import demo_password, list_demo_accounts


class Command(BaseCommand):
    """คำสั่งแสดงบัญชีสาธิต."""

    help = "แสดงบัญชีสาธิตของแต่ละบทบาท · print the demo accounts"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each account, by town; nothing when there is no demo town."""
        accounts = list_demo_accounts()
        for town, group in groupby(accounts, key=lambda account: account.town):
            self.stdout.write(f"  {town}")
            for account in group:
                self.stdout.write(f"    {account.username:<32} {account.role}")
        if accounts:
            self.stdout.write(f"  รหัสผ่านของทุกบัญชี · password of all: {demo_password()}")
