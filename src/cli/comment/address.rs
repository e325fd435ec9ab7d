//! Where the comment goes: what the CI says, and the arguments, which win.
//!
//! Must not know what the comment says.
#![expect(clippy::disallowed_methods, reason = "the command line reads the environment and the files that it names")]

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use clap::{Args as ClapArgs, ValueEnum};

use crate::{
    cli::error::CliError,
    forge::{self, Connection, ForgeError, Kind, MergeRequest, Surroundings, Target},
};

/// Where the comment goes
#[derive(Debug, ClapArgs)]
pub(super) struct Address {
    /// The kind of forge
    #[arg(long, value_enum, value_name = "FORGE")]
    forge: Option<Forge>,

    /// The address of the forge, such as <https://git.example.org>
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// The address of the API of the forge, where it is not at its usual place
    #[arg(long, value_name = "URL", conflicts_with = "url")]
    api: Option<String>,

    /// The project or repository that the merge request goes to, such as site/clusters
    #[arg(long, alias = "repo", value_name = "PROJECT")]
    project: Option<String>,

    /// The number of the merge request or pull request
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    number: Option<u64>,

    /// The name of the comment, one for each that is to be kept; the name of the CI's job by default, else diff
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,

    /// Certificates of the authorities that the forge's own is checked against, as PEM, instead of those that browsers trust
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Send the token without TLS, where the forge has none
    #[arg(long)]
    allow_http: bool,
}

/// A kind of forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Forge {
    /// GitHub, and GitHub Enterprise Server
    Github,
    /// GitLab
    Gitlab,
    /// Gitea
    Gitea,
    /// Forgejo
    Forgejo,
}

impl From<Forge> for Kind {
    fn from(forge: Forge) -> Self {
        match forge {
            Forge::Github => Self::GitHub,
            Forge::Gitlab => Self::GitLab,
            Forge::Gitea | Forge::Forgejo => Self::Gitea,
        }
    }
}

/// The longest name of a comment.
const LONGEST_NAME: usize = 80;

/// A name that cannot end the mark that it stands in.
fn name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.is_empty() || text.len() > LONGEST_NAME || !text.chars().all(fits) {
        return Err(format!("it has up to {LONGEST_NAME} letters, digits, dots, dashes and underscores"));
    }
    Ok(text.to_owned())
}

/// The variables of the process, without empty ones.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Payloads of events are small.
const LONGEST_EVENT: u64 = 32 * 1024 * 1024;

/// What the CI says that this runs in.
pub(super) fn surroundings() -> Result<Surroundings, CliError> {
    let event = match variable("GITHUB_EVENT_PATH") {
        Some(path) => {
            let wrong = |error| CliError::new(format!("cannot read `{path}`, which GITHUB_EVENT_PATH names: {error}"));
            let mut text = String::new();
            File::open(&path).and_then(|file| file.take(LONGEST_EVENT).read_to_string(&mut text)).map_err(wrong)?;
            Some(text)
        }
        None => None,
    };
    Ok(forge::detect(&variable, event.as_deref()))
}

impl Address {
    /// The merge request, and the name of the comment.
    pub fn resolve(&self, surroundings: &Surroundings) -> Result<(Target, String), CliError> {
        let kind = self.forge.map(Kind::from).or(surroundings.kind).ok_or_else(|| {
            CliError::new("nothing says which forge to comment on")
                .hint("in a CI of GitHub, GitLab, Gitea or Forgejo it is known; elsewhere: --forge, --url, --project, --number")
        })?;
        // What another CI says is of no use here.
        let nothing = Surroundings::default();
        let known = if surroundings.kind == Some(kind) { surroundings } else { &nothing };
        let usual = match kind {
            Kind::GitHub => Some("https://github.com"),
            Kind::GitLab => Some("https://gitlab.com"),
            Kind::Gitea => None,
        };
        let given = self.api.clone().or_else(|| Some(kind.api_of(self.url.as_ref()?)));
        let api = given.or_else(|| known.api.clone()).or_else(|| Some(kind.api_of(usual?)));
        let api = api.ok_or_else(|| CliError::new("nothing says where the forge is").hint("--url URL does"))?;
        let project = self.project.clone().or_else(|| known.project.clone());
        let project = project.ok_or_else(|| {
            CliError::new("nothing says which project to comment on")
                .hint("--project does, as in --project site/clusters")
        })?;
        let request = self.number.map(MergeRequest::Number).or_else(|| known.request.clone()).ok_or_else(|| {
            CliError::new("this run is for no merge request")
                .hint("run it for merge requests alone, or name one with --number")
        })?;
        let job = || surroundings.job.as_deref().map(of_job).filter(|name| !name.is_empty());
        let name = self.name.clone().or_else(job).unwrap_or_else(|| "diff".to_owned());
        Ok((Target { kind, api: api.trim_end_matches('/').to_owned(), project, request }, name))
    }

    /// How the forge is reached.
    pub fn connection(
        &self,
        target: &Target,
        surroundings: &Surroundings,
        start: &Path,
    ) -> Result<Connection, CliError> {
        const LONGEST: usize = 4 * 1024 * 1024;
        let known = surroundings.authorities.as_ref().filter(|_| surroundings.kind == Some(target.kind));
        let given = self.ca_file.clone().or_else(|| Some(known?.into()));
        let authorities = given.map(|path| super::text_of(&path, start, LONGEST)).transpose()?;
        Ok(Connection {
            authorities: authorities.map(String::into_bytes),
            proxy: forge::proxy(&variable, &target.api),
            plain: self.allow_http,
            ..Connection::default()
        })
    }
}

/// The name of a job as one of a comment.
fn of_job(job: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    job.chars().take(LONGEST_NAME).map(fit).collect()
}

/// A merge request as people call it.
pub(super) fn named(request: &MergeRequest) -> String {
    match request {
        MergeRequest::Number(number) => format!("merge request {number}"),
        MergeRequest::Head { owner, branch, .. } => format!("the merge request from {owner}:{branch}"),
    }
}

impl From<ForgeError> for CliError {
    fn from(error: ForgeError) -> Self {
        let said = Self::new(error.message);
        match error.hint {
            Some(hint) => said.hint(hint),
            None => said,
        }
    }
}
