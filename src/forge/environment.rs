//! What the variables of a CI say: which forge, which project, which merge request.
//!
//! Facts: GitLab's "Predefined CI/CD variables", GitHub's "Variables reference" and "Webhook events and payloads"; the runners of Gitea and Forgejo set the variables of GitHub,
//! and one of their own. Reads no environment: variables and the payload are handed in.

use serde_json::Value as Json;

use super::{Kind, MergeRequest, http::origin};

/// What a CI says about the merge request that it runs for. Everything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Whose CI it is.
    pub kind: Option<Kind>,
    /// The address of the API.
    pub api: Option<String>,
    /// The project that the merge request belongs to.
    pub project: Option<String>,
    /// The merge request.
    pub request: Option<MergeRequest>,
    /// The job.
    pub job: Option<String>,
    /// Where people see the run of the job.
    pub link: Option<String>,
    /// A file with certificates of authorities.
    pub authorities: Option<String>,
}

/// Reads the variables of a CI. `event` is the JSON that GitHub's variable `GITHUB_EVENT_PATH` names; without one, or with one that is not understood, less is known.
pub fn detect(variable: &dyn Fn(&str) -> Option<String>, event: Option<&str>) -> Surroundings {
    let is_true = |name: &str| variable(name).is_some_and(|value| value == "true");
    if is_true("GITLAB_CI") {
        return gitlab(variable);
    }
    let gitea = is_true("GITEA_ACTIONS") || is_true("FORGEJO_ACTIONS");
    if gitea || is_true("GITHUB_ACTIONS") {
        let event = event.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        return actions(if gitea { Kind::Gitea } else { Kind::GitHub }, variable, &event);
    }
    Surroundings::default()
}

fn gitlab(variable: &dyn Fn(&str) -> Option<String>) -> Surroundings {
    let number = |text: String| Some(MergeRequest::Number(text.parse().ok()?));
    let direct = variable("CI_MERGE_REQUEST_IID").and_then(number);
    // A pipeline of a branch names its merge requests: `group/project!12,group/project!13`.
    let listed = variable("CI_OPEN_MERGE_REQUESTS");
    let of_branch = listed.as_deref().and_then(|all| all.split(',').next()?.trim().rsplit_once('!'));
    let (project, request) = match (direct, of_branch) {
        (None, Some((project, text))) => (Some(project.to_owned()), number(text.to_owned())),
        // A fork has a number of its own; the merge request is in the project that it goes to.
        (direct, _) => (variable("CI_MERGE_REQUEST_PROJECT_ID").or_else(|| variable("CI_PROJECT_ID")), direct),
    };
    Surroundings {
        kind: Some(Kind::GitLab),
        api: variable("CI_API_V4_URL").or_else(|| Some(Kind::GitLab.api_of(&variable("CI_SERVER_URL")?))),
        project,
        request,
        job: variable("CI_JOB_NAME"),
        link: variable("CI_JOB_URL"),
        authorities: variable("CI_SERVER_TLS_CA_FILE"),
    }
}

fn actions(kind: Kind, variable: &dyn Fn(&str) -> Option<String>, event: &Json) -> Surroundings {
    let server = variable("GITHUB_SERVER_URL").map(|url| url.trim_end_matches('/').to_owned());
    let repository = variable("GITHUB_REPOSITORY");
    let page =
        server.as_ref().zip(repository.as_ref()).map(|(server, repository)| format!("{server}/{repository}/actions"));
    let run = match kind {
        // Versions of Gitea differ in which number of a run its page has.
        Kind::Gitea => page,
        _ => page.zip(variable("GITHUB_RUN_ID")).map(|(page, run)| format!("{page}/runs/{run}")),
    };
    // The run that made the report, if this one only follows it.
    let before = event.pointer("/workflow_run/html_url").and_then(Json::as_str).map(str::to_owned);
    Surroundings {
        kind: Some(kind),
        api: variable("GITHUB_API_URL").or_else(|| Some(kind.api_of(server.as_ref()?))),
        project: repository,
        request: request(event).or_else(|| of_ref(&variable("GITHUB_REF")?)),
        job: variable("GITHUB_JOB"),
        link: before.or(run),
        authorities: None,
    }
}

/// The pull request of an event.
fn request(event: &Json) -> Option<MergeRequest> {
    // A run that follows another one is told what ran before, and that of a fork has no number there.
    if let Some(run) = event.get("workflow_run") {
        let text = |pointer: &str| run.pointer(pointer).and_then(Json::as_str).map(str::to_owned);
        let of_request = text("/event").is_some_and(|event| event.starts_with("pull_request"));
        return of_request
            .then(|| {
                Some(MergeRequest::Head {
                    owner: text("/head_repository/owner/login")?,
                    branch: text("/head_branch")?,
                    commit: text("/head_sha")?,
                })
            })
            .flatten();
    }
    let number = event.pointer("/pull_request/number").or_else(|| {
        // A comment on a pull request is one on the issue of its number.
        event.pointer("/issue/pull_request").and_then(|_| event.pointer("/issue/number"))
    });
    number.and_then(Json::as_u64).map(MergeRequest::Number)
}

/// `refs/pull/12/merge`.
fn of_ref(reference: &str) -> Option<MergeRequest> {
    let (number, _) = reference.strip_prefix("refs/pull/")?.split_once('/')?;
    Some(MergeRequest::Number(number.parse().ok()?))
}

/// The proxy on the way to an address, as the variables say that most programs read: `https_proxy`, `all_proxy`, and `no_proxy` for those that need none.
pub fn proxy(variable: &dyn Fn(&str) -> Option<String>, url: &str) -> Option<String> {
    let either = |name: &str| {
        let found = variable(name).or_else(|| variable(&name.to_ascii_uppercase()));
        found.filter(|value| !value.is_empty())
    };
    let (scheme, host, _) = origin(url)?;
    let is_excepted = |entry: &str| {
        let entry = entry.trim().trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
        let entry = entry
            .rsplit_once(':')
            .filter(|(_, port)| port.parse::<u16>().is_ok())
            .map_or(entry.as_str(), |(host, _)| host);
        !entry.is_empty() && (entry == "*" || host == entry || host.ends_with(&format!(".{entry}")))
    };
    if matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]")
        || either("no_proxy").is_some_and(|all| all.split(',').any(is_excepted))
    {
        return None;
    }
    // `HTTP_PROXY` in capitals is what a request to a CGI program may set; nobody else is asked about plain HTTP either.
    let own = if scheme == "https" { either("https_proxy") } else { variable("http_proxy") };
    own.or_else(|| either("all_proxy"))
}
