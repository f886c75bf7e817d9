-- 信息公开: articles with their versions, what the public has of them, comments, and decisions made public.

-- An article as its editors have it. `state_data` is the state as JSON with what is true only then; `state` and `standing` repeat its
-- two codes for lists. `content` is the newest text as JSON. `due_at`: when a watchman publishes or withdraws it. `version` goes up
-- with every write, so that of two editors the second is told. Instants: microseconds since 1970 UTC.
create table article (
  bureau text not null,
  id text not null,
  index_no text,
  state text not null,
  standing text not null,
  state_data text not null,
  kind text not null,
  title text not null,
  content text not null,
  due_at bigint,
  version bigint not null,
  changed_at bigint not null,
  changed_by text not null,
  changed_by_name text not null,
  primary key (bureau, id),
  unique (bureau, index_no)
);
-- @dist by bureau

create index article_changed on article (bureau, changed_at, id);
-- what the watchman looks for
create index article_due on article (bureau, due_at, id) where due_at is not null;

-- Every text the public was ever given. A row is never changed.
create table article_version (
  bureau text not null,
  article_id text not null,
  number bigint not null,
  content text not null,
  published_at bigint not null,
  written_by text not null,
  approved_by text not null,
  primary key (bureau, article_id, number),
  foreign key (bureau, article_id) references article (bureau, id)
);
-- @dist by bureau

-- What the public has: written in the transaction that publishes, withdraws or repeals. `year` is that of the index number.
create table public_article (
  bureau text not null,
  index_no text not null,
  article_id text not null,
  kind text not null,
  year text not null,
  standing text not null,
  standing_data text not null,
  content text not null,
  published_at bigint not null,
  changed_at bigint not null,
  primary key (bureau, index_no),
  foreign key (bureau, article_id) references article (bureau, id)
);
-- @dist by bureau

-- the public list, newest first
create index public_article_list on public_article (published_at, index_no);
-- whether anything has changed since a feed or an index was made
create index public_article_changed on public_article (changed_at);

-- Which item or provision a public article speaks of: `link` is item, law or provision.
create table article_link (
  bureau text not null,
  index_no text not null,
  link text not null,
  target text not null,
  primary key (bureau, index_no, link, target),
  foreign key (bureau, index_no) references public_article (bureau, index_no)
);
-- @dist by bureau

-- the articles that speak of an item or a provision
create index article_link_target on article_link (link, target, bureau, index_no);

-- Comments in a consultation: waiting, shown or hidden. No address and no account is kept with them.
create table article_comment (
  bureau text not null,
  index_no text not null,
  id text not null,
  name text not null,
  body text not null,
  at bigint not null,
  state text not null,
  hidden_why text not null,
  answer text,
  answered_by text,
  answered_by_name text,
  answered_at bigint,
  version bigint not null,
  primary key (bureau, index_no, id),
  foreign key (bureau, index_no) references public_article (bureau, index_no)
);
-- @dist by bureau

-- what waits for an editor
create index article_comment_waiting on article_comment (bureau, state, at, id);

-- 双公示: one row a decision. `row_data` holds the XK_ columns as JSON, masked; nothing else of the case is here. `state`: published,
-- held (a column is wrong; `problem` says which) or taken-down (`problem` says why).
create table public_decision (
  bureau text not null,
  id text not null,
  number text not null,
  party text not null,
  licence text not null,
  outcome text not null,
  decided_on text not null,
  due_on text not null,
  row_data text not null,
  state text not null,
  problem text not null,
  decided_at bigint not null,
  published_at bigint,
  version bigint not null,
  primary key (bureau, id)
);
-- @dist by bureau

-- the public list, newest first
create index public_decision_list on public_decision (state, decided_at, id);
-- the desk's list, and how far the decisions of a bureau have come
create index public_decision_desk on public_decision (bureau, decided_at, id);
