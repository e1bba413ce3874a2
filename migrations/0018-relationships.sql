-- What makes a case somebody's to see where no supplier states it: revisioned like everything, and following the person.

-- A case is the Parole Board's from the referral to the day on which that ends.
create table record.parole_referral (
  id                  uuid primary key default uuidv7(),
  offender_id         uuid not null references record.offender,
  referred_at         timestamptz not null,
  -- The first day on which it counts no more: a referral that nobody ends still ends.
  until               date not null,
  reason              text not null check (reason ~ '\S'),
  referred_by_subject text not null,
  referred_by_role    text not null,
  referred_by_agency  text
);
create index on record.parole_referral (offender_id, until);
select record.track('parole_referral', 'offender_id');
select record.keep_owned('parole_referral');

-- A sample opens its cases to the inspectorate that drew it, for its time.
create table record.inspection_sample (
  id               uuid primary key default uuidv7(),
  inspection       text not null check (inspection ~ '\S'),
  agency           text not null,
  drawn_at         timestamptz not null,
  -- The first day on which it counts no more.
  until            date not null,
  justification    text not null check (justification ~ '\S'),
  drawn_by_subject text not null
);
select record.track('inspection_sample', 'id');

create table record.inspection_sample_case (
  sample_id   uuid not null references record.inspection_sample,
  offender_id uuid not null references record.offender,
  position    integer not null,
  primary key (sample_id, position)
);
create index on record.inspection_sample_case (offender_id);
select record.track('inspection_sample_case', 'offender_id');
select record.keep_owned('inspection_sample_case');

-- Where somebody was before a transfer or a release.
create index on record.custody (last_establishment_code, offender_id);
