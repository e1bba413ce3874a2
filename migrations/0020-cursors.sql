-- What a client keeps of a place in a list. It holds what the list is ordered by, which not every reader of the
-- list may read, so the gateway encrypts it, and signs it for the list that it is of.
create schema cursor;
-- Only the owner reads the keys: the gateway does so when it starts, and its roles never.
create table cursor.key (
  one boolean primary key default true check (one),
  signing bytea not null,
  sealing bytea not null
);

-- 366 random bits each, in 256.
insert into cursor.key (signing, sealing)
select sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()), 'UTF8')),
  sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()), 'UTF8'));
