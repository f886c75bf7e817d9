-- 目录的变动 made on a running site: drafted by one officer, reviewed by another, in effect from a day.

-- `bureau` is whose list changes: 000000 the national one, else a 地方实施清单. `body` is the change as JSON (kind, items, reason, what
-- becomes of open cases). `state`: drafted, reviewed or withdrawn. Instants: microseconds since 1970 UTC. `version` goes up with
-- every write, so that of two editors on one change the second is told.
create table item_change (
  bureau text not null,
  id text not null,
  state text not null,
  effective text not null,
  body text not null,
  drafted_by text not null,
  reviewed_by text,
  version bigint not null,
  changed_at bigint not null,
  primary key (bureau, id)
);
-- @dist by bureau

-- the calendar of what becomes effective
create index item_change_by_day on item_change (bureau, effective, id);
