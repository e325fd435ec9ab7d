//! What `diff` and `comment` compare, and how.
//!
//! Must not know how it is shown.
#![expect(clippy::disallowed_methods, reason = "the command line reads the environment")]

use std::{
    hash::{BuildHasher, RandomState},
    path::Path,
    sync::Arc,
};

use clap::Args as ClapArgs;

use super::{
    findings,
    sides::{self, Side},
};
use crate::{
    cli::{error::CliError, facts::Facts, terminal::Terminal, workspace},
    diff::{self, Diff, FILTERS, Options},
    manifest::HashKey,
    project::{Extent, Project, open_two},
};

/// What is compared
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Compared {
    /// The revision to compare with; A..B and A...B name both sides, as in Git
    #[arg(value_name = "BASE")]
    pub(super) base: Option<String>,

    /// The revision to compare; the work tree by default
    #[arg(value_name = "HEAD", conflicts_with = "staged")]
    pub(super) head: Option<String>,

    /// Compare the Git index; with HEAD, if no other revision is named
    #[arg(long)]
    pub(super) staged: bool,

    /// Show this cluster only
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,

    #[command(flatten)]
    facts: Facts,

    /// Show what this filter folds away; all is every filter
    #[arg(long, value_name = "FILTER", value_delimiter = ',')]
    unfold: Vec<String>,

    /// How many lines around a changed one of a longer text are shown
    #[arg(long, value_name = "LINES", default_value_t = 2)]
    context: usize,

    /// List the findings of the linter that come and go, too
    #[arg(long)]
    lint: bool,
}

/// The variable with the key of the hashes. With the same key, hashes of two runs can be compared.
const KEY: &str = "TREEWRIGHT_HASH_KEY";

impl Compared {
    /// Renders both sides and compares them.
    pub(in crate::cli) fn diff(&self, start: &Path, terminal: &Terminal) -> Result<Diff, CliError> {
        for name in self.unfold.iter().filter(|name| *name != "all") {
            if !FILTERS.iter().any(|filter| filter.name == name) {
                let names: Vec<&str> = FILTERS.iter().map(|filter| filter.name).collect();
                return Err(CliError::new(format!("there is no filter `{name}`"))
                    .hint(format!("there are {}", names.join(", "))));
            }
        }
        let repository = workspace::repository(start)?
            .ok_or_else(|| CliError::new("not in a Git repository").hint("a diff compares revisions of one"))?;
        let repository = Arc::new(repository);
        let [base, head] = sides::of(self, &repository)?;
        let known = |side: &Side| self.facts.options(side.view.as_ref(), Some(&repository), start, terminal);
        let (known_before, mut known_after) = (known(&base)?, known(&head)?);
        // What is the same on both sides is rendered once, and then really is the same: charts may draw passwords.
        known_after.helm = known_before.helm.clone();
        // Rules look everywhere.
        let extent = if self.lint { Extent::All } else { Extent::Differing };
        let (old, new) = open_two((&base.view, known_before), (&head.view, known_after), extent)?;
        let options = Options { key: hash_key(), unfolded: self.unfold.clone(), context: self.context };
        let mut found = diff::diff((&base.name, &old), (&head.name, &new), &options);
        if self.lint {
            found.findings = Some(findings::change(&old, &new)?);
        }
        if let Some(name) = &self.cluster {
            only(&mut found, name, [&old, &new])?;
        }
        // The process soon ends: to give back every node one by one would only take time.
        std::mem::forget((old, new));
        Ok(found)
    }
}

/// Leaves only one cluster.
fn only(found: &mut Diff, name: &str, sides: [&Project; 2]) -> Result<(), CliError> {
    let clusters = sides.iter().filter_map(|side| Some((side, side.model().find_cluster(name).ok()?)));
    let names: Vec<String> = clusters
        .filter_map(|(side, at)| side.model().clusters.get(at).map(|cluster| cluster.name.to_string()))
        .collect();
    if names.is_empty() {
        let error = sides.iter().rev().find_map(|side| side.model().find_cluster(name).err());
        return Err(CliError::new(error.map_or_else(String::new, |error| error.to_string())));
    }
    let is_meant = |cluster: Option<&String>| cluster.is_some_and(|cluster| names.contains(cluster));
    found.clusters.retain(|cluster| is_meant(cluster.name.as_ref()));
    found.danger.retain(|danger| is_meant(danger.cluster.as_ref()));
    Ok(())
}

/// A key that nobody else has: the one that is given, or one for this run.
fn hash_key() -> HashKey {
    if let Some(key) = std::env::var_os(KEY).filter(|key| !key.is_empty()) {
        return HashKey::new(key.as_encoded_bytes());
    }
    // Its keys come from the system's source of randomness, new for each.
    let random: Vec<u8> = (0..4u8).flat_map(|part| RandomState::new().hash_one(part).to_le_bytes()).collect();
    HashKey::new(&random)
}
