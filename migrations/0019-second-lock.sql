-- What was stated, as far as the asking role may read it: of each row the columns that it is granted, of a
-- table of which it is granted none, nothing. A view runs with its owner's rights, its functions with the
-- asker's, so the body itself is granted to nobody who answers questions. `offset 0`: worked out once a
-- statement, however many columns are then looked for in it.
create view record.readable_content as
select k.source_record_id, k.fact, k.hash, readable.body
from record.content k cross join lateral (
  select coalesce(jsonb_object_agg(t.key, (
    select coalesce(jsonb_agg((
      select coalesce(jsonb_object_agg(v.key, v.value), '{}')
      from jsonb_each(r.value) v join pg_attribute a on a.attrelid = c.oid and a.attname = v.key
      where has_column_privilege(c.oid, a.attnum, 'select')
    ) order by r.ordinality), '[]')
    from jsonb_array_elements(t.value) with ordinality r
  )), '{}') as body
  from jsonb_each(k.body) t join pg_class c on c.relnamespace = 'record'::regnamespace and c.relname = t.key
  where has_any_column_privilege(c.oid, 'select')
  offset 0
) readable;
