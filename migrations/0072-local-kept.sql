-- A draft and the case filed from it keep what their bureau said when the draft was begun: SM3 of the bureau's text, found
-- in local_version. Null in rows from before: they follow what the bureau says now.
alter table draft add column local_digest text;
alter table case_file add column local_digest text;
