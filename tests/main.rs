//! One binary for all integration tests: one link step, shared set-up.
#![allow(clippy::disallowed_methods, reason = "tests arrange files and run programs directly")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "clippy knows test functions, not what they share")]

mod architecture;
mod argo;
mod baseline;
mod blueprint;
mod commands;
mod config;
mod environment;
mod fix;
mod flux;
mod formats;
mod git;
mod graph_picture;
mod hostile;
mod kustomize;
mod lint;
mod new;
mod patch;
mod print;
mod readme;
mod redact;
mod report;
mod rules;
mod schema;
mod source;
mod write;
mod yaml;
