CREATE TABLE customer (name text); INSERT INTO customer VALUES ('a'), ('b');
