//! What is compared: two views of the repository, as the arguments name them.
//!
//! Must not know how they are compared.

use std::sync::Arc;

use super::Compared;
use crate::{
    cli::error::CliError,
    git::{GitErrorKind, Repository, Target, TargetReason},
    source::{GitView, Memory, SourceView, WorkTree},
};

/// One side of the comparison.
pub(super) struct Side {
    pub(super) name: String,
    pub(super) view: Arc<dyn SourceView>,
}

/// What is compared: before, after.
pub(super) fn of(args: &Compared, repository: &Arc<Repository>) -> Result<[Side; 2], CliError> {
    if let Some((one, other)) = args.base.as_deref().and_then(|base| base.split_once("..")) {
        if args.head.is_some() || args.staged {
            return Err(CliError::new("`A..B` names both sides already"));
        }
        let named = |text: &str| if text.is_empty() { "HEAD".to_owned() } else { text.to_owned() };
        return match other.strip_prefix('.') {
            Some(other) => {
                let base = repository.merge_base(&named(one), &named(other))?;
                Ok([revision(repository, &base, &short(&base))?, revision(repository, &named(other), &named(other))?])
            }
            None => Ok([
                revision(repository, &named(one), &named(one))?,
                revision(repository, &named(other), &named(other))?,
            ]),
        };
    }
    let base = match &args.base {
        Some(base) => revision(repository, base, base)?,
        None if args.staged => before_the_first_commit(repository, "HEAD")?,
        None => match repository.target()? {
            Some(target) => where_it_left(repository, &target)?,
            None => before_the_first_commit(repository, "HEAD")?,
        },
    };
    let head = match &args.head {
        Some(head) => revision(repository, head, head)?,
        None if args.staged => {
            Side { name: "the index".to_owned(), view: Arc::new(GitView::index(Arc::clone(repository))?) }
        }
        None => {
            let root = repository.root();
            let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
            let view = WorkTree::new(&root)
                .map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
            Side { name: "the work tree".to_owned(), view: Arc::new(view) }
        }
    };
    Ok([base, head])
}

/// The last commit that HEAD has in common with a branch; its name says which one that is, and why.
fn where_it_left(repository: &Arc<Repository>, target: &Target) -> Result<Side, CliError> {
    let base = repository.merge_base(&target.name, "HEAD")?;
    let branch = repository.current_branch()?.unwrap_or_else(|| "HEAD".to_owned());
    let left = match target.why {
        TargetReason::Upstream => format!("its upstream {}", target.name),
        TargetReason::Default => format!("the default branch {}", target.name),
        TargetReason::Usual => target.name.clone(),
    };
    revision(repository, &base, &format!("{}, where {branch} left {left}", short(&base)))
}

fn revision(repository: &Arc<Repository>, revision: &str, name: &str) -> Result<Side, CliError> {
    let found = repository.resolve(revision)?;
    Ok(Side { name: name.to_owned(), view: Arc::new(GitView::revision(Arc::clone(repository), &found)?) })
}

/// A revision; nothing at all, if there is no commit yet.
fn before_the_first_commit(repository: &Arc<Repository>, name: &str) -> Result<Side, CliError> {
    match repository.resolve(name) {
        Ok(_) => revision(repository, name, name),
        Err(error) if error.kind == GitErrorKind::BadRevision => {
            Ok(Side { name: "nothing".to_owned(), view: Arc::new(Memory::new()) })
        }
        Err(error) => Err(error.into()),
    }
}

fn short(id: &str) -> String {
    id.chars().take(10).collect()
}
