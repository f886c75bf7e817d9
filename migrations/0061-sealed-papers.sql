-- Papers of cases under seal, and decisions that wait for the signing service.

-- The address in the paper's QR code, as it was when the paper was sealed; the reading copy must show the same.
alter table case_paper add column verify_url text;

-- SM3 of the sealed OFD file. `sealing`: none (people sign it), waiting (the signing service was away), done.
alter table case_paper add column ofd text;
alter table case_paper add column sealing text not null default 'none';

-- what the watchman seals as soon as the service is back
create index case_paper_waiting on case_paper (bureau, made_at, id) where sealing = 'waiting';

-- A decision that was taken while the signing service was away. It has no effect and no number until its papers are
-- sealed; `seen` is the version of the case it was taken on, so that anything done to the case meanwhile undoes it.
create table case_wait (
  bureau text not null,
  case_id text not null,
  officer text not null,
  officer_name text not null,
  verdict text not null,
  seen bigint not null,
  since bigint not null,
  tries bigint not null,
  last_says text not null,
  primary key (bureau, case_id),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau
