-- What belongs to the whole site and to no matter.

-- Years of the working calendar imported after the program was built: one notice of the State Council a year,
-- in the form of law/calendar/YYYY.toml. imported_at: microseconds since 1970 UTC.
create table year_notice (
    year bigint not null,
    body text not null,
    imported_at bigint not null,
    primary key (year)
);
-- @dist reference

-- Marks of the site as a whole. `demo`: this database holds the fictional town and may be filled again.
create table site_mark (
    name text not null,
    value text not null,
    primary key (name)
);
-- @dist reference
