-- 电子印章: the seals of bureaus with their states, and the ledger of their use.

-- `body` is the SESeal (GB/T 38540) in base64 once it has been made; keys are never here. `state_data` is the state as
-- JSON with what is true only then; `periods` are the times of use as JSON, by which a signature is judged that states
-- an earlier time. Instants: microseconds since 1970 UTC.
create table seal (
  bureau text not null,
  id text not null,
  kind text not null,
  name text not null,
  state text not null,
  state_data text not null,
  periods text not null,
  body text,
  valid_from bigint not null,
  valid_to bigint not null,
  version bigint not null,
  changed_at bigint not null,
  primary key (bureau, id)
);
-- @dist by bureau

-- which seal of a kind is in use
create index seal_by_kind on seal (bureau, kind, state, id);

-- 用印台账: who, when, which document, under which step. `seq` has no gap; the same facts stand in the hash-chained
-- history of the seal. `digest` is SM3 of the OFD file. A row is never changed.
create table seal_use (
  bureau text not null,
  seal_id text not null,
  seq bigint not null,
  at bigint not null,
  officer text not null,
  officer_name text not null,
  under text not null,
  subject_kind text not null,
  subject text not null,
  paper_id text not null,
  paper_kind text not null,
  number text,
  digest text not null,
  primary key (bureau, seal_id, seq),
  unique (bureau, digest)
);
-- @dist by bureau

-- the uses on the papers of one case or licence
create index seal_use_of on seal_use (bureau, subject_kind, subject, at);
-- the use by the number on the document, as people ask for it
create index seal_use_number on seal_use (bureau, number, at);

-- Any file that left this system, by the SM3 of its bytes: whoever drops it on the verification page is told what it is.
-- `form`: ofd (the original) or pdf (the reading copy).
create table document_copy (
  digest text not null,
  form text not null,
  bureau text not null,
  paper_kind text not null,
  number text,
  subject_kind text not null,
  subject text not null,
  paper_id text not null,
  made_at bigint not null,
  primary key (digest, form)
);
-- @dist by key digest

-- The reading copy that was made of a sealed file: both by SM3, the name under which they are kept.
create table reading_copy (
  bureau text not null,
  original text not null,
  pdf text not null,
  primary key (bureau, original)
);
-- @dist by bureau
