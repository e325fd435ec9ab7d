//! `treewright schema`.
use super::{
    error::{CliError, Exit},
    terminal::Terminal,
};
use clap::Args as ClapArgs;
/// x
#[derive(Debug, ClapArgs)]
pub(super) struct Args {}
pub(super) fn run(_: &Args, _: &Terminal) -> Result<Exit, CliError> {
    Ok(Exit::Clean)
}
