-- The signed paper 委托书 behind a mandate, as the agent uploaded it: once for the agent and once for the principal, each with
-- the rows of their own.
create table mandate_paper (
    subject text not null,
    mandate text not null,
    name text not null,
    digest text not null,
    kind text not null,
    bytes bigint not null,
    added_at bigint not null,
    primary key (subject, mandate)
);
-- @dist by key subject
