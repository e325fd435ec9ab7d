//! One binary for all integration tests: one link step, shared set-up.
#![allow(clippy::disallowed_methods, reason = "tests arrange files and run programs directly")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "clippy knows test functions, not what they share")]

mod architecture;
mod argo;
mod argo_sets;
mod bad_input;
mod baseline;
mod blueprint;
mod builds;
mod cluster;
mod commands;
mod config;
mod deployments;
mod dialogue;
mod diff;
mod environment;
mod fix;
mod flux;
mod forge;
mod formats;
mod git;
mod gotemplate;
mod graph;
mod graph_picture;
mod helm;
mod hostile;
mod kustomize;
mod lint;
mod lsp;
mod merge3;
mod new;
mod patch;
mod print;
mod readme;
mod redact;
mod rendering_page;
mod report;
mod rules;
mod schema;
mod since;
mod source;
mod trace;
mod update;
mod write;
mod yaml;
