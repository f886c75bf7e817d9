-- Who people are: applicants, agents, bureaus and officers, and how they sign in.

-- A bureau of the tobacco monopoly administration. Few, seldom changed: on every node.
create table bureau (
    code text not null primary key,
    name text not null,
    short text not null,
    level bigint not null check (level between 1 and 4),
    parent text,
    division text not null,
    uscc text not null,
    address text not null,
    phone text not null,
    complaints text not null,
    review_organ text not null,
    court text not null,
    supply_company text not null
);
-- @dist reference

-- The tree of bureaus, closed: a bureau is its own ancestor at distance 0. Citus can't walk a tree by recursion.
create table bureau_path (
    ancestor text not null,
    descendant text not null,
    distance bigint not null,
    primary key (ancestor, descendant)
);
-- @dist reference

-- Someone who can sign in. Plain ID and phone numbers stand nowhere: masked for showing, sealed for use.
create table account (
    subject text not null primary key,
    kind text not null check (kind in ('natural', 'legal', 'agent', 'officer')),
    name text not null,
    representative text not null,
    id_masked text not null,
    id_sealed text not null,
    phone_masked text not null,
    phone_sealed text not null,
    credit_code text not null,
    address text not null,
    bureau text,
    created_at bigint not null,
    closed_at bigint
);
-- @dist by key subject

-- What a person may type to sign in (phone, ID number, credit code, login name), as keyed digests.
create table login_name (
    key_hash text not null,
    kind text not null,
    subject text not null,
    primary key (key_hash, kind)
);
-- @dist by key key_hash

create table credential (
    subject text not null,
    kind text not null,
    phc text not null,
    changed_at bigint not null,
    primary key (subject, kind)
);
-- @dist by key subject

-- A browser that is signed in. The cookie holds the subject and a token; here is the token's digest only.
create table session (
    subject text not null,
    token_hash text not null,
    acting_for text,
    mandate text,
    post text,
    device text not null,
    created_at bigint not null,
    seen_at bigint not null,
    revoked_at bigint,
    primary key (subject, token_hash)
);
-- @dist by key subject

-- An agent's right to act for a principal, kept with the agent.
create table mandate (
    subject text not null,
    id text not null,
    principal text not null,
    principal_name text not null,
    scope text not null,
    valid_from text not null,
    valid_to text not null,
    state text not null check (state in ('asked', 'confirmed', 'refused', 'ended')),
    asked_at bigint not null,
    decided_at bigint,
    primary key (subject, id)
);
-- @dist by key subject

-- The same mandate as its principal sees it.
create table mandate_given (
    subject text not null,
    id text not null,
    agent text not null,
    agent_name text not null,
    scope text not null,
    valid_from text not null,
    valid_to text not null,
    state text not null check (state in ('asked', 'confirmed', 'refused', 'ended')),
    asked_at bigint not null,
    decided_at bigint,
    primary key (subject, id)
);
-- @dist by key subject

-- Wrong passwords and codes, by account name and by address; the name is a keyed digest, known to us or not.
create table login_failure (
    key_hash text not null,
    kind text not null,
    fails bigint not null,
    first_at bigint not null,
    locked_until bigint not null,
    primary key (key_hash, kind)
);
-- @dist by key key_hash

create table one_time_code (
    key_hash text not null,
    purpose text not null,
    code_hash text not null,
    sent_at bigint not null,
    expires_at bigint not null,
    tries bigint not null,
    primary key (key_hash, purpose)
);
-- @dist by key key_hash

-- The inbox of a person.
create table message (
    subject text not null,
    id text not null,
    at bigint not null,
    title text not null,
    body text not null,
    link text,
    read_at bigint,
    primary key (subject, id)
);
-- @dist by key subject

create index message_unread on message (subject, read_at);

-- What was typed when the session turned out to be over, until the person is back.
create table stash (
    id_hash text not null primary key,
    subject text not null,
    action text not null,
    body text not null,
    at bigint not null
);
-- @dist by key id_hash

-- An official of a bureau; id is the subject of the account.
create table officer (
    bureau text not null,
    id text not null,
    name text not null,
    badge text not null,
    primary key (bureau, id)
);
-- @dist by bureau

create table officer_post (
    bureau text not null,
    officer text not null,
    post text not null,
    held_from text not null,
    held_to text,
    primary key (bureau, officer, post, held_from)
);
-- @dist by bureau
