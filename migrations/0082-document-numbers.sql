-- 文号: which article of a bureau has a document number.

-- `number` is the number as it is compared: without spaces, brackets and digits in one shape. An article holds the number of its
-- newest text and those of every text the public was given; a draft that was discarded holds none. Articles that were last written
-- before this table are looked through when a number is taken.
create table article_number (
  bureau text not null,
  number text not null,
  article_id text not null,
  primary key (bureau, number),
  foreign key (bureau, article_id) references article (bureau, id)
);
-- @dist by bureau

-- the numbers that one article holds
create index article_number_holder on article_number (bureau, article_id);
