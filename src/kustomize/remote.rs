//! Which paths lead out of the repository to another one.
//!
//! Follows kustomize's reading of Git URLs. Must not know the network: nothing is ever fetched.

/// Schemes that kustomize clones or downloads from.
const SCHEMES: [&str; 4] = ["ssh://", "https://", "http://", "file://"];

/// Whether kustomize would clone a repository, or download a file, for this path.
pub fn is_remote(path: &str) -> bool {
    let path = strip_ignoring_case(path, "git::").unwrap_or(path);
    let path = path.split('?').next().unwrap_or_default();
    if let Some(scheme) = SCHEMES.iter().find(|scheme| strip_ignoring_case(path, scheme).is_some()) {
        return path.len() > scheme.len();
    }
    let (user, rest) = split_user(path);
    let github = strip_ignoring_case(rest, "github.com/").or_else(|| strip_ignoring_case(rest, "github.com:"));
    match github {
        Some(rest) => names_repository(rest),
        // The short form of ssh, `git@host:owner/repository`.
        None if user => {
            rest.split_once([':', '/']).is_some_and(|(host, rest)| !host.is_empty() && names_repository(rest))
        }
        None => false,
    }
}

/// Whether what follows the host names a repository: it marks one, or has an owner and a name.
fn names_repository(rest: &str) -> bool {
    rest.contains("_git/") || rest.contains("//") || rest.contains(".git") || rest.split('/').count() >= 2
}

/// Whether the path starts with `name@`, and what follows that.
fn split_user(path: &str) -> (bool, &str) {
    match path.split_once('@') {
        Some((user, rest))
            if user.starts_with(|first: char| first.is_ascii_alphabetic())
                && user.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') =>
        {
            (true, rest)
        }
        _ => (false, path),
    }
}

fn strip_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}
