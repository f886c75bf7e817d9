-- Every edition of a service item that this site has published: a case is handled to its end under the edition it was
-- filed under. `body` is the whole item as JSON; `digest` is the SM3 of the files it was read from.
create table item_version (
    slug text not null,
    version text not null,
    digest text not null,
    effective text not null,
    body text not null,
    primary key (slug, version)
);
-- @dist reference
