-- Decisions of a bureau in the order in which they were made: whoever makes them public follows them.
create index case_paper_made on case_paper (bureau, made_at, id);
