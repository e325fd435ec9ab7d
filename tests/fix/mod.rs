//! Fixes: the command that applies them, single ones byte by byte, and what holds for all of them.

mod command;
mod examples;
mod fixtures;
mod kustomize_flux;
mod laws;
mod secrets;
