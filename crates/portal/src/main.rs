//! `yanzheng`: the server and the tools of whoever runs it.

use std::process::ExitCode;

/// A request makes and drops hundreds of small things; the system's allocator took a tenth of a submit's time for them
/// (docs/decisions/0028-allocator-and-pool.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    portal::cli::run(std::env::args_os())
}
