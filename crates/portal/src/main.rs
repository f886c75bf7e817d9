//! `yanzheng`: the server and the tools of whoever runs it.

use std::process::ExitCode;

fn main() -> ExitCode {
    portal::cli::run(std::env::args_os())
}
