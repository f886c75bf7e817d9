//! Stories by the front door: what people do with forms and buttons, and what happens when things go wrong, against the
//! whole program on SQLite and on PostgreSQL.
//!
//! [`town`] alone knows routes and forms; a story reads like the day it tells. Processes that are killed, databases that
//! go away and disks that fill up are in the modules at the end of the list.

#[macro_use]
mod town;

mod around;
mod away;
mod bad_input;
mod catalogue;
mod commands;
mod copies;
mod crash;
mod delivery;
mod disclosing;
mod doors;
mod full;
mod importing;
mod limits;
mod listing;
mod logs;
mod national;
mod outgoing;
mod quarrels;
mod strangers;
mod supplement;
mod tampering;
mod verifying;
mod whole_job;
