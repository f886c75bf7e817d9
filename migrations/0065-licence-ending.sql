-- 注销、撤销、撤回、收回: the decision by which a licence ends, asked for by one officer and taken by the head. One a licence: what
-- was sent back is asked for anew in the same row. `step` is the step as JSON, `seen` the version of the licence it was
-- asked on; `paper` is the letter as JSON and `ofd` the SM3 of its sealed file once it has been taken. Instants:
-- microseconds since 1970 UTC.
create table licence_ending (
    bureau text not null,
    number text not null,
    version bigint not null,
    stand text not null check (stand in ('asked', 'returned', 'done')),
    step text not null,
    reason text not null,
    basis text not null,
    seen bigint not null,
    asked_by text not null,
    asked_name text not null,
    asked_at bigint not null,
    answered_by text,
    answered_name text,
    answered_at bigint,
    answer text not null,
    paper text,
    ofd text,
    primary key (bureau, number)
);
-- @dist by bureau

-- what waits for the head of a bureau
create index licence_ending_stand on licence_ending (bureau, stand, asked_at, number);
