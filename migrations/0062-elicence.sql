-- 电子证照: the editions of a licence, who was given the use of one, who used it, and making many anew.

-- An edition (版本) of a licence. `state` and `status_index` are what the status list is made of; `seq` is the bureau's
-- licence_head.seq of its last change. `paper` is the original (正本) as JSON, from which reading copies are set again;
-- `original` and `duplicate` are SM3 of the sealed OFD files. Identifiers are those of GB/T 36904. Instants:
-- microseconds since 1970 UTC.
create table elicence (
    bureau text not null,
    number text not null,
    edition bigint not null,
    version bigint not null,
    seq bigint not null,
    identifier text not null,
    state text not null check (state in ('pending', 'valid', 'suspended', 'replaced', 'cancelled', 'revoked', 'expired')),
    status_index bigint not null,
    cause text not null,
    under text not null,
    previous text,
    next text,
    holder_name text not null,
    holder_code text not null,
    issuer_name text not null,
    issuer_code text not null,
    paper text not null,
    original text not null,
    duplicate text not null,
    issued_on text not null,
    valid_from text not null,
    valid_to text not null,
    made_at bigint not null,
    changed_at bigint not null,
    primary key (bureau, number, edition),
    unique (bureau, identifier),
    unique (bureau, status_index)
);
-- @dist by bureau

-- lists by state, and the sweep that looks for pauses that begin
create index elicence_state on elicence (bureau, state, number);

-- 用证授权: the holder lets somebody see the licence. `code_hash` is a keyed digest; the code itself is never here.
-- Open until the instant `until`, for `times` uses of which `used` are gone.
create table elicence_grant (
    bureau text not null,
    number text not null,
    id text not null,
    holder text not null,
    purpose text not null,
    to_whom text not null,
    code_hash text not null,
    until bigint not null,
    times bigint not null,
    used bigint not null,
    state text not null check (state in ('open', 'withdrawn')),
    made_at bigint not null,
    primary key (bureau, id)
);
-- @dist by bureau

-- the grants of a licence, newest first
create index elicence_grant_of on elicence_grant (bureau, number, made_at);

-- 用证记录. `id` is a keyed digest of the address under which the user looks at the face until `open_until`.
create table elicence_use (
    bureau text not null,
    number text not null,
    id text not null,
    grant_id text not null,
    edition bigint not null,
    at bigint not null,
    who text not null,
    reason text not null,
    open_until bigint not null,
    primary key (bureau, id)
);
-- @dist by bureau

-- who used a licence, newest first
create index elicence_use_of on elicence_use (bureau, number, at);

-- 批量办理: making many licences anew. `chosen` says in words which, `change` what, as JSON; `waits_for` is why it stands
-- still, when it does.
create table elicence_bulk (
    bureau text not null,
    id text not null,
    version bigint not null,
    state text not null check (state in ('running', 'paused', 'cancelled', 'done')),
    change text not null,
    chosen text not null,
    reason text not null,
    document text not null,
    total bigint not null,
    made bigint not null,
    failed bigint not null,
    waits_for text not null,
    officer text not null,
    officer_name text not null,
    asked_at bigint not null,
    changed_at bigint not null,
    primary key (bureau, id)
);
-- @dist by bureau

-- the desk's list, newest first, and the sweep over what is running
create index elicence_bulk_asked on elicence_bulk (bureau, asked_at);

-- A row for each licence chosen, fixed when the work was asked for: what is still to do, and the report.
create table elicence_bulk_row (
    bureau text not null,
    bulk text not null,
    number text not null,
    outcome text not null check (outcome in ('waiting', 'made', 'failed', 'left')),
    detail text not null,
    changed_at bigint not null,
    primary key (bureau, bulk, number)
);
-- @dist by bureau

-- the next to do, and the failures
create index elicence_bulk_row_outcome on elicence_bulk_row (bureau, bulk, outcome, number);
