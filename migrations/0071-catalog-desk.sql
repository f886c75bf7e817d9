-- What editors write about items on a running site: drafts of guide texts, who follows a guide, what readers say of it.

-- A text that replaces data files of the program from its day on. `bureau` is whose list it belongs to (000000 the national one),
-- `body` the files as JSON (path and text), `base` the digest of what it was
-- written over, `hands` the officers who wrote it, of whom none may review it. `state`: drafted,
-- submitted, returned, reviewed or withdrawn. Instants: microseconds since 1970 UTC. `version` goes up with every write.
create table item_text (
  bureau text not null,
  id text not null,
  item text not null,
  state text not null,
  effective text not null,
  base text not null,
  why text not null,
  note text not null,
  hands text not null,
  drafted_by text not null,
  drafted_name text not null,
  reviewed_by text,
  reviewed_name text,
  changed_name text not null,
  version bigint not null,
  changed_at bigint not null,
  body text not null,
  primary key (bureau, id)
);
-- @dist by bureau

-- an item's texts, and what is taken into the catalogue at the start
create index item_text_by_item on item_text (bureau, item, effective, id);
create index item_text_by_state on item_text (bureau, state, effective, id);

-- Every text of a bureau's own that was in force on this site, by its SM3: a printed guide is recognised by it.
create table local_version (
  bureau text not null,
  digest text not null,
  item text not null,
  effective text not null,
  body text not null,
  primary key (bureau, digest)
);
-- @dist by bureau

create index local_version_by_item on local_version (bureau, item, effective, digest);

-- Who is told when a guide changes. `told` is the digest of the guide the person knows.
create table guide_follower (
  item text not null,
  business text not null,
  subject text not null,
  bureau text not null,
  told text not null,
  since bigint not null,
  primary key (item, business, subject)
);
-- @dist by key item

-- What readers say of a guide. Nobody's name is kept.
create table guide_feedback (
  bureau text not null,
  id text not null,
  item text not null,
  business text not null,
  item_version text not null,
  useful bigint not null,
  words text not null,
  at bigint not null,
  primary key (bureau, id)
);
-- @dist by bureau

create index guide_feedback_by_item on guide_feedback (bureau, item, at, id);

-- How public copies of guides compared with this site, one row a copy.
create table guide_copy (
  bureau text not null,
  url text not null,
  found text not null,
  says text not null,
  looked_at bigint not null,
  primary key (bureau, url)
);
-- @dist by bureau
