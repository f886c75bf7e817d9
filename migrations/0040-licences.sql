-- 证照: the licences of every bureau, whose they are, and how one is found from a credit code or an ID number.
--
-- The register in memory follows `licence.seq`. licence_head.seq is raised in the transaction that changes licences and
-- its row stays locked until that transaction ends, so the numbers of one bureau become visible in order and without
-- gaps: whoever has read up to n has missed nothing. No feed table, no clock, nothing to prune.

create table licence (
    bureau text not null,
    number text not null,
    version bigint not null,
    seq bigint not null,
    holder text,
    shop_name text not null,
    person_name text not null,
    credit_code text not null,
    company_type text not null,
    eco_type text not null,
    biz_format text not null,
    area_type text not null,
    area_m2 bigint not null,
    address text not null,
    division text not null,
    lat bigint,
    lon bigint,
    unit text,
    scope text not null,
    supply_company text not null,
    issuer_name text not null,
    item_slug text not null,
    case_id text,
    case_number text,
    issued_on text not null,
    first_issued text,
    valid_from text not null,
    valid_to text not null,
    status text not null check (status in ('trading', 'paused', 'stopped', 'cancelled', 'recalled')),
    status_data text not null,
    changed_at bigint not null,
    primary key (bureau, number),
    unique (bureau, case_id)
);
-- @dist by bureau

-- the register reads what changed, in order
create index licence_seq on licence (bureau, seq, number);

-- the desk finds a licence by credit code
create index licence_credit_code on licence (bureau, credit_code);

-- one site, one licence
create index licence_address on licence (bureau, address);

-- reminders before the last day
create index licence_valid_to on licence (bureau, valid_to, number);

-- how far the changes of a bureau have come
create table licence_head (
    bureau text not null,
    seq bigint not null,
    primary key (bureau)
);
-- @dist by bureau

-- the PDF of each version of a licence, kept by its digest once it has been set
create table licence_paper (
    bureau text not null,
    number text not null,
    version bigint not null,
    sheet text not null,
    digest text not null,
    made_at bigint not null,
    primary key (bureau, number, version, sheet)
);
-- @dist by bureau

-- "my licences": the holder's account leads to bureau and number
create table licence_of (
    subject text not null,
    bureau text not null,
    number text not null,
    primary key (subject, bureau, number)
);
-- @dist by key subject

-- from a keyed digest of a credit code or an ID number to the licences it holds; the code itself is never here
create table licence_lookup (
    key_hash text not null,
    kind text not null,
    bureau text not null,
    number text not null,
    primary key (key_hash, kind, bureau, number)
);
-- @dist by key key_hash
