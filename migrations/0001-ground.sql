-- What the ground keeps for every matter. One text for SQLite, PostgreSQL and Citus: only TEXT and BIGINT, `bureau`
-- first in every key, no sequence, trigger or function. `-- @dist` says how Citus places the table above it.

-- The last number given out in a series of a bureau; taken in the transaction that uses it, so there are no gaps.
create table counter (
    bureau text not null,
    name text not null,
    val bigint not null,
    primary key (bureau, name)
);
-- @dist by bureau

-- The answer to a submit, by the key the form carried: a double click or a retry gets the same answer again.
create table idem (
    bureau text not null,
    key text not null,
    answer text not null,
    at bigint not null,
    primary key (bureau, key)
);
-- @dist by bureau

-- What must be unique in the whole country (one row a key); the bureau that holds it and what it stands for.
create table uniq (
    key_hash text not null,
    kind text not null,
    bureau text not null,
    value text not null,
    primary key (key_hash, kind)
);
-- @dist by key key_hash

-- Who did what to a subject, chained by hash per subject.
create table history (
    bureau text not null,
    subject_kind text not null,
    subject text not null,
    seq bigint not null,
    at bigint not null,
    actor text not null,
    actor_name text not null,
    act text not null,
    data text not null,
    prev_hash text not null,
    hash text not null,
    primary key (bureau, subject_kind, subject, seq)
);
-- @dist by bureau

-- The last row of each chain: a tail cut off is found against it.
create table history_head (
    bureau text not null,
    subject_kind text not null,
    subject text not null,
    seq bigint not null,
    hash text not null,
    primary key (bureau, subject_kind, subject)
);
-- @dist by bureau

-- Work to be done outside the transaction that asked for it. `key` names the work: asked for twice, it is done once.
create table job (
    bureau text not null,
    kind text not null,
    key text not null,
    payload text not null,
    run_at bigint not null,
    lease_until bigint not null,
    lease_owner text not null,
    attempts bigint not null,
    last_error text not null,
    state text not null check (state in ('waiting', 'done', 'dead')),
    ended_at bigint,
    primary key (bureau, kind, key)
);
-- @dist by bureau

create index job_due on job (state, run_at);

-- When each sweep is next due, and which node has it: several nodes fire it once. `bureau` is '*': the whole country.
create table sweep (
    bureau text not null,
    name text not null,
    next_at bigint not null,
    lease_until bigint not null,
    lease_owner text not null,
    last_at bigint,
    last_error text not null,
    primary key (bureau, name)
);
-- @dist by bureau
