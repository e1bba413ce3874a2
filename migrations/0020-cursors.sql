-- What a client keeps of a place in a list. It holds what the list is ordered by, which not every reader of the
-- list may read, so it is encrypted, and signed for the list that it is of.
create extension if not exists pgcrypto;

create schema cursor;
-- The gateway's roles seal; only the owner reads the keys.
grant usage on schema cursor to public;

create table cursor.key (
  one boolean primary key default true check (one),
  signing bytea not null,
  sealing bytea not null
);

-- The extension may have been here before, in a schema of somebody's choice.
select set_config('search_path', (
  select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'pgcrypto'
), true);

insert into cursor.key (signing, sealing) values (gen_random_bytes(32), gen_random_bytes(32));

-- The signature is the initialisation vector: the same place gives the same cursor, so that an answer can be
-- replayed, and one that was changed does not fit what it decrypts to. Blanks make up the length, which would
-- tell how long a name is. `offset 0`: each is worked out once.
create function cursor.seal(list text, place json) returns text
language sql stable strict parallel safe security definer
begin atomic
  select translate(encode(s.signature || encrypt_iv(s.text, s.sealing, s.signature, 'aes-cbc/pad:none'), 'base64'), E'\n', '')
  from (
    select p.text, k.sealing, substring(hmac(convert_to(list, 'UTF8') || '\x00' || p.text, k.signing, 'sha256') from 1 for 16) as signature
    from cursor.key k cross join lateral (
      select convert_to(place::text || repeat(' ', case when l.length <= 32 then 32 else (l.length + 127) / 128 * 128 end - l.length), 'UTF8') as text
      from (select octet_length(place::text) as length) l
      offset 0
    ) p
    offset 0
  ) s;
end;
