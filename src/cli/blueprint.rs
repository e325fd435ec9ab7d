//! `treewright blueprint`.
use super::{
    error::{CliError, Exit},
    terminal::Terminal,
};
use clap::Args as ClapArgs;
use std::path::Path;
/// x
#[derive(Debug, ClapArgs)]
pub(super) struct Args {}
pub(super) fn run(_: &Args, _: &Path, _: &Terminal) -> Result<Exit, CliError> {
    Ok(Exit::Clean)
}
