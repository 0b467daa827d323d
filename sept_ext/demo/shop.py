"""Makes the demo's data: a shop of two years in SQLite, from a fixed seed, so that every copy is the same.

5,000 customers, 200 products, 60,000 orders with a weekly and a yearly rhythm, and one planted anomaly: for three
days the coffee grinder is sold at a tenth of its price.
"""

from __future__ import annotations

import math
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

SEED = 7
CUSTOMERS, PRODUCTS, ORDERS = 5_000, 200, 60_000
FIRST_DAY, DAYS = date(2024, 1, 1), 731
ANOMALY = (date(2025, 9, 12), date(2025, 9, 14))
"""First and last day of the planted anomaly."""

_REGIONS = ("North", "South", "East", "West")
_CATEGORIES = {"Coffee": 18.0, "Tea": 12.0, "Kitchen": 45.0, "Grinders": 120.0, "Books": 22.0}
_FIRST = (
    "Ada",
    "Ben",
    "Clara",
    "David",
    "Emma",
    "Finn",
    "Grace",
    "Hugo",
    "Iris",
    "Jonas",
    "Kira",
    "Leo",
    "Mia",
    "Noah",
)
_LAST = ("Adler", "Brandt", "Costa", "Dahl", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jansen", "Kaya", "Lind")
_SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL, since TEXT NOT NULL);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, price REAL NOT NULL);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    ordered_on TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    amount REAL NOT NULL
);
CREATE INDEX orders_by_day ON orders (ordered_on);
"""


def make_shop(file: Path) -> None:
    """Write the shop's database. An existing file is replaced only once the new one is whole."""
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    chance = random.Random(SEED)  # noqa: S311 - data for a demo, not a secret
    with closing(sqlite3.connect(draft)) as connection:
        connection.executescript(_SCHEMA)
        products = list(_products(chance))
        connection.executemany("INSERT INTO customers VALUES (?, ?, ?, ?)", _customers(chance))
        connection.executemany("INSERT INTO products VALUES (?, ?, ?, ?)", products)
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", _orders(chance, products))
        connection.commit()
    draft.replace(file)


def _customers(chance: random.Random) -> Iterator[tuple[int, str, str, str]]:
    for number in range(1, CUSTOMERS + 1):
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        since = FIRST_DAY - timedelta(days=chance.randrange(1_500))
        yield number, name, chance.choices(_REGIONS, (4, 3, 2, 1))[0], since.isoformat()


def _products(chance: random.Random) -> Iterator[tuple[int, str, str, float]]:
    categories = list(_CATEGORIES)
    for number in range(1, PRODUCTS + 1):
        category = categories[number % len(categories)]
        price = round(_CATEGORIES[category] * chance.uniform(0.6, 1.8), 2)
        yield number, f"{category} No. {number}", category, price


def _orders(
    chance: random.Random, products: list[tuple[int, str, str, float]]
) -> Iterator[tuple[int, int, int, str, int, float]]:
    days = [FIRST_DAY + timedelta(days=offset) for offset in range(DAYS)]
    chosen = sorted(chance.choices(days, [_busyness(day) for day in days], k=ORDERS))
    for number, day in enumerate(chosen, start=1):
        product, _, category, price = chance.choice(products)
        quantity = chance.choices((1, 2, 3, 5), (70, 20, 8, 2))[0]
        is_odd = category == "Grinders" and ANOMALY[0] <= day <= ANOMALY[1]
        amount = round(price * quantity * (0.1 if is_odd else 1), 2)
        yield number, chance.randint(1, CUSTOMERS), product, day.isoformat(), quantity, amount


def _busyness(day: date) -> float:
    """Weekends are busier, and so is December; the shop grows by a third over the two years."""
    growth = 1 + 0.33 * (day - FIRST_DAY).days / DAYS
    season = 1 + 0.25 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 350) / 365)
    return growth * season * (1.4 if day.weekday() >= 5 else 1.0)
