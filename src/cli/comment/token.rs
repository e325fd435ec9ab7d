//! Where the token comes from: a variable or a file, never an argument, which others on the machine could read.
//!
//! Must not know what it is for.
#![expect(clippy::disallowed_methods, reason = "the command line reads the environment")]

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use crate::{
    cli::error::CliError,
    forge::{Kind, Token},
};

/// A token is a line.
const LONGEST: usize = 16 * 1024;

/// Where the token comes from
#[derive(Debug, ClapArgs)]
pub(super) struct Source {
    /// The variable that holds the token; by default `TREEWRIGHT_TOKEN`, else the forge's usual one, such as `GITHUB_TOKEN`
    #[arg(long, value_name = "NAME", conflicts_with = "token_file")]
    token_variable: Option<String>,

    /// A file that holds the token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl Source {
    /// The token; `None` if there is none.
    pub fn read(&self, kind: Kind, start: &Path) -> Result<Option<Token>, CliError> {
        let token = |text: &str, place: String| {
            let wrong =
                || CliError::new(format!("{place} holds no token")).hint("it is one word of letters, digits and signs");
            Token::new(text).ok_or_else(wrong).map(Some)
        };
        if let Some(path) = &self.token_file {
            return token(&super::text_of(path, start, LONGEST)?, format!("`{}`", path.display()));
        }
        let names: Vec<&str> = match &self.token_variable {
            Some(name) => vec![name],
            None => kind.token_variables().to_vec(),
        };
        let found =
            names.iter().find_map(|name| Some((*name, std::env::var_os(name).filter(|value| !value.is_empty())?)));
        match found {
            Some((name, value)) => token(&value.to_string_lossy(), format!("the variable `{name}`")),
            None => Ok(None),
        }
    }

    /// Says that there is no token.
    pub fn missing(&self, kind: Kind) -> CliError {
        let names = match &self.token_variable {
            Some(name) => format!("`{name}`"),
            None => kind.token_variables().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        };
        CliError::new(format!("there is no token for {}: {names} is not set", kind.name()))
            .hint("set it, or name a file with --token-file; --dry-run needs none")
    }
}
