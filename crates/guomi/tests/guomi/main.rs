//! The crate from outside: against OpenSSL, against a second implementation, against itself altered byte by byte.

mod certs;
mod corpus;
mod cose;
mod junk;
mod keybox;
mod openssl;
mod seals;
mod second;
mod sm2;
mod support;
mod tampering;
