-- Whether the item was in force, paused or over when its follower was last told; null: nobody told them yet.
alter table guide_follower add column told_standing text;
