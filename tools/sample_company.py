"""The sample company: a hardware seller with regional offices, made by Faker.

Always the same for the same seed and the same pinned Faker, so that screenshots
and documentation stay true. Written as CSV files in the format ``hardware_seller``
(tools/mappings/hardware_seller.toml), which is also the template for own data.
"""

import csv
import datetime
import random
from pathlib import Path

from faker import Faker

SEED = 20190
ACCOUNTS = 240
CLOSED = 900
OPEN = 360
#: Fixed, so that the same seed gives the same files on any day.
TODAY = datetime.date(2026, 6, 30)

#: Office: countries of its accounts, as ISO codes with weights, and languages.
OFFICES = {
    "Central": {"DE": 5, "AT": 2, "CH": 2, "PL": 3, "CZ": 2},
    "East": {"UA": 2, "VN": 3, "JP": 2, "KR": 2, "IN": 3},
    "West": {"US": 6, "CA": 4, "MX": 2, "BR": 2},
}
AGENTS_PER_OFFICE = 6
#: With the categories that the sales directorates of the demo data sell.
PRODUCTS = [
    ("Edge Server E1", "Servers and Storage", 4200),
    ("Edge Server E2", "Servers and Storage", 7900),
    ("Rack Storage R8", "Servers and Storage", 12400),
    ("Rack Storage R24", "Servers and Storage", 26900),
    ("Switch S24", "Network", 980),
    ("Switch S48", "Network", 1850),
    ("Rugged Tablet T10", "Devices", 1290),
    ("Thin Client C3", "Devices", 440),
    ("Care Plan 3 Years", "Hardware Services", 690),
]
INDUSTRIES = [
    "Manufacturing",
    "Retail",
    "Healthcare",
    "Logistics",
    "Education",
    "Software",
    "Energy",
]
#: Codes of company types and contact groups, by their share.
KINDS = [
    ("customer", "KEY", 2),
    ("customer", "CUSTOMER", 6),
    ("dealer", "DEALER", 3),
    ("dealer", "DEALER-VIP", 1),
    ("partner", "PARTNER", 2),
    ("prospect", "", 4),
]
SOURCES = ["Website", "Trade fair", "Referral", "Campaign"]


class SampleCompany:
    """Makes the rows; ``write(folder)`` writes the files."""

    def __init__(self, seed: int = SEED):
        self.random = random.Random(seed)
        self.fake = Faker("en_US")
        self.fake.seed_instance(seed)
        self.agents = [
            {"agent": self.name(), "office": office}
            for office in OFFICES
            for _ in range(AGENTS_PER_OFFICE)
        ]
        managers = {office: self.name() for office in OFFICES}
        for agent in self.agents:
            agent["manager"] = managers[agent["office"]]
        self.accounts = [self.account(number) for number in range(ACCOUNTS)]
        self.number = 0

    def name(self) -> str:
        # Faker adds titles now and then, which a login should not have.
        return f"{self.fake.unique.first_name()} {self.fake.unique.last_name()}"

    def pick(self, weights: dict):
        return self.random.choices(list(weights), weights.values())[0]

    def account(self, number: int) -> dict:
        office = self.random.choice(list(OFFICES))
        kind, group, _weight = self.random.choices(KINDS, [kind[2] for kind in KINDS])[0]
        name = self.fake.unique.company()
        return {
            "account": name,
            "office": office,
            "country_code": self.pick(OFFICES[office]),
            "city": self.fake.city(),
            "zip": self.fake.postcode(),
            "industry": self.random.choice(INDUSTRIES),
            "type": kind,
            "group": group,
            "email": f"office{number}@{self.fake.domain_word()}.example.com",
            "phone": self.fake.numerify("+1 555 01## ####"),
        }

    def opportunity(self, stage: str) -> dict:
        self.number += 1
        account = self.random.choice(self.accounts)
        product, _category, price = self.random.choice(PRODUCTS)
        days_open = int(self.random.lognormvariate(3.4, 0.7)) + 1
        closed = TODAY - datetime.timedelta(days=self.random.randrange(400))
        opened = closed - datetime.timedelta(days=days_open)
        value = round(price * self.random.choice([1, 1, 2, 3, 5, 8]) * 0.92)
        row = {
            "opportunity": f"{self.number:05d}",
            "product": product,
            "stage": stage,
            "value": value,
            "source": self.random.choice(SOURCES),
            "country_code": account["country_code"],
        }
        if stage in ("won", "lost"):
            agents = [agent for agent in self.agents if agent["office"] == account["office"]]
            return row | {
                "account": account["account"],
                "agent": self.random.choice(agents)["agent"],
                "office": account["office"],
                "opened": opened.isoformat(),
                "closed": closed.isoformat(),
            }
        # An enquiry: a person, a firm's name, a country; no account, no owner yet.
        person = self.fake.name()
        return row | {
            "contact": person,
            "company": self.fake.company(),
            "email": f"enquiry{self.number}@{self.fake.domain_word()}.example.org",
        }

    def opportunities(self) -> list[dict]:
        stages = self.random.choices(["won", "lost"], [63, 37], k=CLOSED)
        stages += self.random.choices(["new", "qualified"], [2, 1], k=OPEN)
        return [self.opportunity(stage) for stage in stages]

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        products = [
            {"product": name, "category": category, "price": price}
            for name, category, price in PRODUCTS
        ]
        write_csv(folder / "accounts.csv", self.accounts)
        write_csv(folder / "agents.csv", self.agents)
        write_csv(folder / "products.csv", products)
        write_csv(folder / "opportunities.csv", self.opportunities())
        return folder


def write_csv(path: Path, rows: list[dict]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
