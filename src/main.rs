//! The program: reads the command line, runs it, gives the exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(sqwire::cli::main(std::env::args_os().collect()))
}
