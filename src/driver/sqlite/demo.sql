-- A small shop: the same one every time, with dates that end today.
BEGIN;

CREATE TABLE customers (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    email      TEXT NOT NULL UNIQUE,
    city       TEXT,
    country    TEXT NOT NULL,
    phone      TEXT,
    newsletter BOOLEAN NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
);

CREATE TABLE products (
    id           INTEGER PRIMARY KEY,
    sku          TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    category     TEXT NOT NULL CHECK (category IN ('kitchen', 'office', 'garden', 'books', 'toys')),
    price        NUMERIC(8, 2) NOT NULL CHECK (price > 0),
    stock        INTEGER NOT NULL DEFAULT 0,
    weight_kg    REAL,
    description  TEXT,
    discontinued BOOLEAN NOT NULL DEFAULT 0
);

CREATE TABLE orders (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    status      TEXT NOT NULL DEFAULT 'new'
                CHECK (status IN ('new', 'paid', 'shipped', 'delivered', 'cancelled', 'returned')),
    ordered_at  TEXT NOT NULL,
    shipped_at  TEXT,
    note        TEXT
);

CREATE TABLE order_items (
    order_id   INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    line       INTEGER NOT NULL,
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    price      NUMERIC(8, 2) NOT NULL,
    discount   NUMERIC(8, 2),
    PRIMARY KEY (order_id, line)
) WITHOUT ROWID;

WITH RECURSIVE
first(i, name, ascii) AS (VALUES
    (0, 'Anna', 'anna'), (1, 'Jürgen', 'juergen'), (2, 'María', 'maria'), (3, 'Zoë', 'zoe'),
    (4, 'Łukasz', 'lukasz'), (5, 'Amélie', 'amelie'), (6, 'Søren', 'soeren'), (7, 'Nikos', 'nikos'),
    (8, 'Emma', 'emma'), (9, 'Rahul', 'rahul'), (10, 'Olivia', 'olivia'), (11, 'Tomáš', 'tomas'),
    (12, 'Chloe', 'chloe'), (13, 'Mateo', 'mateo'), (14, 'Aiko', 'aiko'), (15, 'Ewa', 'ewa'),
    (16, 'Liam', 'liam'), (17, 'Fatima', 'fatima'), (18, 'Björn', 'bjoern')),
last(i, name, ascii) AS (VALUES
    (0, 'Müller', 'mueller'), (1, 'Smith', 'smith'), (2, 'García', 'garcia'), (3, 'Dubois', 'dubois'),
    (4, 'Nowak', 'nowak'), (5, 'Rossi', 'rossi'), (6, 'O''Brien', 'obrien'), (7, 'Jensen', 'jensen'),
    (8, 'Papadopoulos', 'papadopoulos'), (9, 'Šimek', 'simek'), (10, 'Tanaka', 'tanaka'),
    (11, 'Silva', 'silva'), (12, 'de Vries', 'devries'), (13, 'Patel', 'patel'),
    (14, 'Åkesson', 'akesson'), (15, 'Brown', 'brown'), (16, 'Kovač', 'kovac')),
place(i, city, country) AS (VALUES
    (0, 'Berlin', 'DE'), (1, 'London', 'GB'), (2, 'Málaga', 'ES'), (3, 'Paris', 'FR'),
    (4, 'Kraków', 'PL'), (5, 'Roma', 'IT'), (6, 'Dublin', 'IE'), (7, 'København', 'DK'),
    (8, 'Αθήνα', 'GR'), (9, 'Praha', 'CZ'), (10, '東京', 'JP'), (11, NULL, 'PT'),
    (12, 'Utrecht', 'NL')),
n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
INSERT INTO customers
SELECT n.i + 1, first.name || ' ' || last.name,
       first.ascii || '.' || last.ascii || iif(n.i < 200, '', n.i) || '@example.' ||
           CASE n.i % 3 WHEN 0 THEN 'com' WHEN 1 THEN 'org' ELSE 'net' END,
       place.city, place.country,
       iif(n.i % 4 = 0, NULL, printf('+%d 555 %04d', 30 + place.i, n.i * 7919 % 10000)),
       n.i * 31 % 5 < 2,
       datetime(julianday('now', 'start of day') - 900 + n.i * 3 + n.i * 2801 % 1440 / 1440.0)
FROM n
CROSS JOIN first ON first.i = n.i % 19
CROSS JOIN last ON last.i = n.i * 5 % 17
CROSS JOIN place ON place.i = n.i * 7 % 13;

WITH RECURSIVE
kind(i, word) AS (VALUES
    (0, 'Small'), (1, 'Large'), (2, 'Red'), (3, 'Blue'), (4, 'Classic'), (5, 'Folding')),
thing(i, word, category) AS (VALUES
    (0, 'Teapot', 'kitchen'), (1, 'Desk Lamp', 'office'), (2, 'Watering Can', 'garden'),
    (3, 'Cookbook', 'books'), (4, 'Wooden Train', 'toys'), (5, 'Crêpe Pan', 'kitchen'),
    (6, 'Notebook', 'office'), (7, 'Spade', 'garden'), (8, 'Atlas', 'books'), (9, 'Kite', 'toys')),
n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59)
INSERT INTO products
SELECT n.i + 1, printf('%s-%03d', upper(substr(thing.category, 1, 3)), n.i + 1),
       kind.word || ' ' || thing.word, thing.category,
       round(2.5 + n.i * 7919 % 9000 / 100.0, 2),
       iif(n.i % 11 = 0, 0, n.i * 37 % 250),
       iif(n.i % 7 = 3, NULL, round(0.1 + n.i * 53 % 400 / 100.0, 2)),
       iif(n.i % 3 = 0, NULL, 'A ' || lower(kind.word || ' ' || thing.word) || ' for every day.'),
       n.i % 20 = 19
FROM n
CROSS JOIN kind ON kind.i = n.i / 10
CROSS JOIN thing ON thing.i = n.i % 10;

WITH RECURSIVE
n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999),
-- Orders come evenly over two years; only the last three weeks hold open ones.
o(i, days, minutes, luck, today) AS (
    SELECT i, (1999 - i) * 730 / 2000, i * 3571 % 1440, i * 7919 % 100,
           (SELECT julianday('now', 'start of day'))
    FROM n)
INSERT INTO orders
SELECT i + 1,
       1 + i * 101 % (20 + i * 280 / 2000),
       CASE WHEN luck < 5 THEN 'cancelled' WHEN days < 2 THEN 'new' WHEN days < 5 THEN 'paid'
            WHEN days < 21 THEN 'shipped' WHEN luck < 9 THEN 'returned' ELSE 'delivered' END,
       datetime(today - days - (1440 - minutes) / 1440.0),
       iif(luck < 5 OR days < 5, NULL, datetime(today - days + 1 + i % 3 + 0.375)),
       CASE WHEN i % 97 = 0 THEN 'Please ring twice.' WHEN i % 41 = 0 THEN 'Gift – no invoice, merci!' END
FROM o;

WITH line(n) AS (VALUES (0), (1), (2), (3)),
item(order_id, line, product_id, quantity, luck) AS (
    SELECT o.id, line.n + 1, 1 + (o.id * 17 + line.n * 23) % 60, 1 + (o.id + line.n * 5) % 4,
           (o.id * 7 + line.n) % 10
    FROM orders o JOIN line ON line.n <= o.id * 13 % 4)
INSERT INTO order_items
SELECT item.order_id, item.line, p.id, item.quantity, p.price,
       iif(item.luck = 0, round(p.price * item.quantity * 0.1, 2), NULL)
FROM item JOIN products p ON p.id = item.product_id;

CREATE INDEX orders_customer_id ON orders (customer_id);
CREATE INDEX orders_ordered_at ON orders (ordered_at);
CREATE INDEX order_items_product_id ON order_items (product_id);
CREATE INDEX products_category ON products (category, name);

CREATE VIEW order_totals AS
SELECT o.id AS order_id, c.name AS customer, o.status, o.ordered_at,
       count(*) AS lines, round(sum(i.quantity * i.price - coalesce(i.discount, 0)), 2) AS total
FROM orders o
JOIN customers c ON c.id = o.customer_id
JOIN order_items i ON i.order_id = o.id
GROUP BY o.id;

COMMIT;

PRAGMA foreign_keys = on;
