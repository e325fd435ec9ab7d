//! One binary for all integration tests: one link step, shared set-up.
#![allow(clippy::disallowed_methods, reason = "tests arrange files and run programs directly")]

mod architecture;
mod blueprint;
mod patch;
mod print;

mod git;
mod source;
mod yaml;
