//! Documents written, read, sealed, tampered with.

mod fonts;
mod junk;
mod pages;
mod seals;
mod support;
mod tampering;
