-- 办件: drafts of applicants, cases of bureaus, their materials, papers, tasks, inspections and deliveries.

-- A draft belongs to the person who writes it; it becomes a case when it is submitted.
create table draft (
  subject text not null,
  id text not null,
  bureau text not null,
  item text not null,
  item_version text not null,
  business text not null,
  step text not null,
  self_check text not null,
  form text not null,
  promised_at bigint,
  case_number text,
  created_at bigint not null,
  changed_at bigint not null,
  version bigint not null,
  primary key (subject, id)
);
-- @dist by key subject

create table draft_material (
  subject text not null,
  draft_id text not null,
  id text not null,
  slot text not null,
  name text not null,
  digest text not null,
  bytes bigint not null,
  kind text not null,
  added_at bigint not null,
  primary key (subject, draft_id, id),
  foreign key (subject, draft_id) references draft (subject, id)
);
-- @dist by key subject

create table case_file (
  bureau text not null,
  id text not null,
  number text not null,
  item text not null,
  item_version text not null,
  business text not null,
  subject text not null,
  filed_by text not null,
  channel text not null,
  applicant text not null,
  shop text not null,
  credit_code text not null,
  stage text not null,
  stage_data text not null,
  form text not null,
  warnings text not null,
  query_code text not null,
  received_at bigint not null,
  notice_due text,
  promise_due text,
  decide_due text,
  deliver_due text,
  version bigint not null,
  changed_at bigint not null,
  primary key (bureau, id),
  unique (bureau, number)
);
-- @dist by bureau

create index case_by_stage on case_file (bureau, stage, received_at, id);
create index case_by_time on case_file (bureau, received_at, id);

create table case_material (
  bureau text not null,
  case_id text not null,
  id text not null,
  slot text not null,
  name text not null,
  digest text not null,
  bytes bigint not null,
  kind text not null,
  round bigint not null,
  added_at bigint not null,
  primary key (bureau, case_id, id),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau

create table case_finding (
  bureau text not null,
  case_id text not null,
  of_what text not null,
  verdict text not null,
  note text not null,
  officer text not null,
  at bigint not null,
  primary key (bureau, case_id, of_what),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau

create table case_paper (
  bureau text not null,
  case_id text not null,
  id text not null,
  kind text not null,
  number text,
  issued_on text not null,
  data text not null,
  made_at bigint not null,
  primary key (bureau, case_id, id),
  unique (bureau, kind, number),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau

-- Who has done what decides who may not do the next thing (审批分离).
create table case_hand (
  bureau text not null,
  case_id text not null,
  step text not null,
  officer text not null,
  officer_name text not null,
  at bigint not null,
  primary key (bureau, case_id, step, officer),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau

create table task (
  bureau text not null,
  id text not null,
  case_id text not null,
  kind text not null,
  post text not null,
  officer text not null,
  due_on text,
  opened_at bigint not null,
  closed_at bigint,
  closed_by text,
  primary key (bureau, id),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau

create index task_open on task (bureau, post, officer, due_on, id) where closed_at is null;
create index task_of_case on task (bureau, case_id);

create table inspection (
  bureau text not null,
  case_id text not null,
  id text not null,
  officers text not null,
  planned_on text not null,
  record text not null,
  started_at bigint,
  finished_at bigint,
  version bigint not null,
  primary key (bureau, case_id, id),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau

create table inspection_photo (
  bureau text not null,
  case_id text not null,
  inspection_id text not null,
  id text not null,
  subject_of text not null,
  digest text not null,
  kind text not null,
  bytes bigint not null,
  taken_at bigint not null,
  lat bigint,
  lon bigint,
  accuracy_m bigint,
  officer text not null,
  primary key (bureau, case_id, inspection_id, id),
  foreign key (bureau, case_id, inspection_id) references inspection (bureau, case_id, id)
);
-- @dist by bureau

create table delivery (
  bureau text not null,
  case_id text not null,
  id text not null,
  paper_id text not null,
  way text not null,
  sent_at bigint not null,
  sent_by text not null,
  tracking text not null,
  read_at bigint,
  received_at bigint,
  received_by text not null,
  proof text not null,
  primary key (bureau, case_id, id),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau

-- An alarm a supervisor must see: silence that became acceptance, a limit that passed.
create table case_alert (
  bureau text not null,
  case_id text not null,
  kind text not null,
  says text not null,
  at bigint not null,
  primary key (bureau, case_id, kind),
  foreign key (bureau, case_id) references case_file (bureau, id)
);
-- @dist by bureau

-- The applicant's own list of cases, found by the person and not by the bureau.
create table my_case (
  subject text not null,
  bureau text not null,
  case_id text not null,
  number text not null,
  title text not null,
  shop text not null,
  stage text not null,
  received_at bigint not null,
  changed_at bigint not null,
  primary key (subject, bureau, case_id)
);
-- @dist by key subject
