//! Which repository a source is: the one at hand, or another.
//!
//! Repositories do not say their own address. It is told by the remotes of the clone, and else by the Applications: the address under which they look for directories
//! and values files that exist here. A path in another repository may exist here by chance, and the root exists everywhere. Must not know how sources are rendered.

use std::collections::{BTreeMap, BTreeSet};

use super::{Application, ToolBlock};
use crate::{
    path::RepoPath,
    source::{EntryKind, SourceView},
};

/// The addresses of the repository at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repository(BTreeSet<String>);

impl Repository {
    /// A repository at these addresses.
    pub fn at<'u>(urls: impl IntoIterator<Item = &'u str>) -> Self {
        Self(urls.into_iter().map(identity).collect())
    }

    /// Finds the addresses: those of the remotes if an Application uses one of them; else that of the Applications whose paths, and files behind `$ref`, exist here most
    /// often.
    pub fn find<'u>(
        remotes: impl IntoIterator<Item = &'u str>,
        applications: &[Application],
        view: &dyn SourceView,
    ) -> Self {
        let remotes = Self::at(remotes);
        let sources = || applications.iter().flat_map(|one| &one.sources).filter(|source| !source.is_chart());
        if sources().any(|source| remotes.is_here(&source.repo_url)) {
            return remotes;
        }
        // For each address how many of its directories exist here, and how many do not.
        let mut seen: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for source in sources().filter(|source| !source.repo_url.is_empty()) {
            let Some(path) = source.path.as_ref().and_then(|(path, _)| RepoPath::new(path).ok()) else { continue };
            if path.is_root() {
                continue;
            }
            let found = view.resolve(&path).ok().flatten().is_some_and(|found| found.kind == EntryKind::Directory);
            let counts = seen.entry(identity(&source.repo_url)).or_default();
            *(if found { &mut counts.0 } else { &mut counts.1 }) += 1;
        }
        for (url, file) in applications.iter().flat_map(lent_files) {
            // One that does not exist tells nothing: most of them may be missing.
            if RepoPath::new(file).is_ok_and(|file| matches!(view.resolve(&file), Ok(Some(_)))) {
                seen.entry(identity(url)).or_default().0 += 1;
            }
        }
        let best =
            seen.into_iter().filter(|(_, (found, missing))| found > missing).max_by_key(|(_, (found, _))| *found);
        let mut urls = remotes.0;
        urls.extend(best.map(|(url, _)| url));
        Self(urls)
    }

    /// Whether a URL leads to the repository at hand.
    pub fn is_here(&self, url: &str) -> bool {
        !url.is_empty() && self.0.contains(&identity(url))
    }
}

/// The values files that an Application takes from its other sources: the URL of the source, and the path from its root.
fn lent_files(application: &Application) -> Vec<(&str, &str)> {
    let lenders = || application.sources.iter().filter_map(|one| Some((one.reference.as_ref()?.0.as_str(), one)));
    let helm = application.sources.iter().flat_map(|source| &source.tools).filter_map(|tool| match tool {
        ToolBlock::Helm(helm) => Some(helm),
        _ => None,
    });
    let files = helm.flat_map(|helm| &helm.value_files).filter_map(|(file, _)| file.strip_prefix('$')?.split_once('/'));
    let lent = files.filter_map(|(name, path)| {
        let (_, lender) = lenders().find(|(known, _)| *known == name)?;
        Some((lender.repo_url.as_str(), path))
    });
    lent.filter(|(url, _)| !url.is_empty()).collect()
}

/// Host, owner and name of the repository at a URL, however it is reached.
fn identity(url: &str) -> String {
    let url = url.trim().to_ascii_lowercase();
    let url = url.trim_end_matches('/').trim_end_matches(".git");
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split_once('@').filter(|(user, _)| !user.contains('/')).map_or(rest, |(_, rest)| rest);
    rest.replacen(':', "/", 1)
}
