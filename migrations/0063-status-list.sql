-- 状态清单: the list of each bureau as it was published last, signed. `seq` is the licence_head.seq it was made at, by which
-- the publisher sees that it is out of date; `body` is the COSE_Sign1 in base64; instants are microseconds since 1970 UTC.
create table status_list (
    bureau text not null,
    seq bigint not null,
    issued_at bigint not null,
    next_update bigint not null,
    body text not null,
    digest text not null,
    primary key (bureau)
);
-- @dist by bureau
