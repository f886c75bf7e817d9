-- 网站纠错: what visitors report about pages of this site, for its operator. `contact` is theirs to give, and is dropped when
-- the report is answered. Instants: microseconds since 1970 UTC.
create table site_error (
  bureau text not null,
  id text not null,
  page text not null,
  says text not null,
  contact text not null,
  state text not null,
  answer text not null,
  answered_by text not null,
  at bigint not null,
  answered_at bigint,
  primary key (bureau, id)
);
-- @dist by bureau

create index site_error_by_state on site_error (bureau, state, at, id);
