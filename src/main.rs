//! The binary: hands the command line to the library and ends with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(atriumctl::run(std::env::args_os()))
}
