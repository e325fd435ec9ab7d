//! Comments on merge requests of GitLab, GitHub, Gitea and Forgejo.
//!
//! Owns how a forge is asked: addresses, headers, pages, waiting, and which comment is ours. With the files that `schema add` is given by hand, nothing else of the program
//! would need a socket. Must not know what a comment says, and reads no files and no environment: both are handed in.

mod api;
mod client;
mod environment;
mod error;
mod gitea;
mod github;
mod gitlab;
mod http;
mod patience;
mod publish;
mod token;

pub use client::{Access, Client};
pub use environment::{Surroundings, detect, proxy};
pub use error::{ErrorKind, ForgeError};
pub use http::Connection;
pub use patience::{Clock, SystemClock};
pub use publish::{Comment, Outcome, WhenEmpty, look_up, marker, publish};
pub use token::Token;

/// The kinds of forges, by the API that they speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// GitHub, and GitHub Enterprise Server.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea, and Forgejo, which speaks the same.
    Gitea,
}

impl Kind {
    /// Its name, as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Gitea => "Gitea",
        }
    }

    /// The most bytes that a comment may have. GitHub takes 65,536 characters and GitLab 1,000,000; Gitea publishes no limit, so a size is taken that still reads well.
    pub fn longest_comment(self) -> usize {
        match self {
            Self::GitHub | Self::Gitea => 65_536,
            Self::GitLab => 1_000_000,
        }
    }

    /// The variables in which a token is looked for, the first that is set.
    pub fn token_variables(self) -> &'static [&'static str] {
        match self {
            Self::GitHub => &["TREEWRIGHT_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"],
            Self::GitLab => &["TREEWRIGHT_TOKEN", "GITLAB_TOKEN"],
            Self::Gitea => &["TREEWRIGHT_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN", "GITHUB_TOKEN"],
        }
    }

    /// The address of the API of a forge, from the one that people open.
    pub fn api_of(self, url: &str) -> String {
        let url = url.trim_end_matches('/');
        match self {
            Self::GitHub if url == "https://github.com" => "https://api.github.com".to_owned(),
            Self::GitHub => format!("{url}/api/v3"),
            Self::GitLab => format!("{url}/api/v4"),
            Self::Gitea => format!("{url}/api/v1"),
        }
    }
}

/// A merge request, or pull request, of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeRequest {
    /// Its number.
    Number(u64),
    /// The open one whose newest commit this is.
    Head {
        /// Who owns the repository that it comes from.
        owner: String,
        /// The branch that it comes from.
        branch: String,
        /// Its newest commit.
        commit: String,
    },
}

/// Where a comment goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What is spoken there.
    pub kind: Kind,
    /// The address of the API, without a slash at its end.
    pub api: String,
    /// The project: `owner/name`; on GitLab also groups in groups, or a number.
    pub project: String,
    /// The merge request.
    pub request: MergeRequest,
}
