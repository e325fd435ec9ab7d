//! `treewright comment` as a job of a CI runs it.

use treewright::forge::Kind;

use super::{
    forges::{Forge, KINDS, TOKEN},
    server::Reply,
};
use crate::environment::{Environment, Run};

fn deployment(replicas: u32) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: web}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{app: web}}}}\n  \
         template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: \"web:1\"}}]}}\n"
    )
}

/// A repository whose last commit changes an object, and where that changes nothing any more in the work tree.
pub fn repository() -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write("apps/kustomization.yaml", "resources: [web.yaml]\n");
    for replicas in [2, 3] {
        environment.write("apps/web.yaml", &deployment(replicas));
        environment.git(&["add", "."]);
        environment.git(&["commit", "--quiet", "-m", &format!("Run {replicas}")]);
    }
    environment
}

/// The variables of a job of the forge's own CI, for the merge request of the forge.
pub fn job(forge: &Forge, environment: &Environment) -> Vec<(String, String)> {
    let event = environment.work().join("../event.json").display().to_string();
    environment.write("../event.json", r#"{"action": "opened", "pull_request": {"number": 7}}"#);
    let (kind, api, url) = (forge.state(|state| state.kind), forge.api(), forge.server.url());
    let actions = |own: &str| {
        vec![
            (own, "true"),
            ("GITHUB_API_URL", &api),
            ("GITHUB_SERVER_URL", &url),
            ("GITHUB_REPOSITORY", "site/clusters"),
            ("GITHUB_JOB", "tree diff"),
            ("GITHUB_RUN_ID", "99"),
            ("GITHUB_EVENT_PATH", &event),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect::<Vec<_>>()
    };
    match kind {
        Kind::GitHub => actions("GITHUB_ACTIONS"),
        Kind::Gitea => actions("GITEA_ACTIONS"),
        Kind::GitLab => [
            ("GITLAB_CI", "true"),
            ("CI_API_V4_URL", &api),
            ("CI_MERGE_REQUEST_PROJECT_ID", "site/clusters"),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("CI_JOB_NAME", "tree diff"),
            ("CI_JOB_URL", "https://git.example.org/-/jobs/5"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect(),
    }
}

fn run(environment: &Environment, variables: &[(String, String)], more: &[(&str, &str)], arguments: &[&str]) -> Run {
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let run = environment.treewright_with(&[&variables, more].concat(), &[&["comment"], arguments].concat());
    assert!(!format!("{run:?}").contains(TOKEN), "the token is shown: {run:?}");
    run
}

#[test]
fn a_job_knows_where_its_comment_goes() {
    for (kind, token) in
        [(Kind::GitHub, "GITHUB_TOKEN"), (Kind::GitLab, "GITLAB_TOKEN"), (Kind::Gitea, "FORGEJO_TOKEN")]
    {
        let (forge, environment) = (Forge::start(kind), repository());
        let job = job(&forge, &environment);
        let with = |arguments: &[&str]| run(&environment, &job, &[(token, TOKEN)], arguments);
        let made = with(&["HEAD^1", "HEAD"]);
        assert_eq!((made.code, made.stdout.as_str()), (0, ""), "{made:?}");
        assert!(made.stderr.starts_with("made the comment `tree-diff` ("), "{made:?}");
        let comments = forge.comments();
        let [comment] = comments.as_slice() else { panic!("{comments:?}") };
        let expected = "<!-- treewright:tree-diff -->\n### treewright: 1 object changes in no cluster\n";
        assert!(comment.body.starts_with(expected), "{}", comment.body);
        assert!(comment.body.contains("- 2\n+ 3\n"), "{}", comment.body);
        let again = with(&["HEAD^1", "HEAD"]);
        assert!(again.stderr.starts_with("left, as it says the same already, the comment `tree-diff`"), "{again:?}");
        let empty = with(&["HEAD", "HEAD"]);
        assert!(empty.stderr.starts_with("changed the comment `tree-diff`"), "{empty:?}");
        assert!(forge.comments()[0].body.contains("### treewright: no object changes\n"));
        let kept = with(&["HEAD", "HEAD", "--when-empty", "keep"]);
        assert_eq!(kept.stderr, "there is nothing to say, and no comment to change\n");
        let deleted = with(&["HEAD", "HEAD", "--when-empty", "delete"]);
        assert!(
            deleted.stderr.starts_with("deleted the comment `tree-diff` at merge request 7 of site/clusters on"),
            "{deleted:?}"
        );
        assert_eq!(forge.comments(), []);
        forge.assert_well_formed();
    }
}

#[test]
fn arguments_say_what_no_job_does_and_win() {
    for kind in KINDS {
        let (forge, environment) = (Forge::start(kind), repository());
        environment.write("../token", &format!("{TOKEN}\n"));
        let name = kind.name().to_lowercase();
        let url = forge.server.url();
        let arguments = [
            "HEAD^1",
            "--forge",
            &name,
            "--url",
            &url,
            "--project",
            "site/clusters",
            "--number",
            "7",
            "--token-file",
            "../token",
        ];
        let made = run(&environment, &[], &[], &arguments);
        assert_eq!(made.code, 0, "{made:?}");
        // The variables of a CI are of no use where another forge is named; the token of a file wins.
        let other = [("GITLAB_CI".to_owned(), "true".to_owned()), ("CI_JOB_NAME".to_owned(), "other".to_owned())];
        let named = run(
            &environment,
            &other,
            &[("TREEWRIGHT_TOKEN", "wrong")],
            &[&arguments[..], &["--name", "staging"]].concat(),
        );
        assert_eq!(named.code, 0, "{named:?}");
        let bodies: Vec<String> = forge.comments().into_iter().map(|comment| comment.body).collect();
        assert!(
            bodies[0].starts_with("<!-- treewright:diff -->\n")
                && bodies[1].starts_with("<!-- treewright:staging -->\n"),
            "{bodies:?}"
        );
        forge.assert_well_formed();
        let address = forge.api();
        let api = [&arguments[..3], &["--api", &address], &arguments[5..], &["--token-variable", "MINE"]].concat();
        let api: Vec<&str> = api.into_iter().filter(|word| !matches!(*word, "--token-file" | "../token")).collect();
        let same = run(&environment, &[], &[("MINE", TOKEN)], &api);
        assert!(same.stderr.starts_with("left"), "{same:?}");
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    for kind in KINDS {
        let (forge, environment) = (Forge::start(kind), repository());
        let job = job(&forge, &environment);
        // Without a token nothing is asked.
        let blind = run(&environment, &job, &[], &["HEAD^1", "HEAD", "--dry-run"]);
        assert_eq!(blind.code, 0, "{blind:?}");
        assert!(
            blind.stdout.starts_with("<!-- treewright:tree-diff -->\n### treewright: 1 object changes"),
            "{blind:?}"
        );
        assert!(blind.stderr.contains("without a token"), "{blind:?}");
        assert_eq!(forge.server.calls(), Vec::<String>::new());
        let dry = |arguments: &[&str]| {
            run(&environment, &job, &[("TREEWRIGHT_TOKEN", TOKEN)], &[arguments, &["--dry-run"]].concat()).stderr
        };
        assert!(dry(&["HEAD^1", "HEAD"]).starts_with("would make the comment `tree-diff`"));
        run(&environment, &job, &[("TREEWRIGHT_TOKEN", TOKEN)], &["HEAD^1", "HEAD"]);
        let before = forge.comments();
        assert!(dry(&["HEAD^1", "HEAD"]).starts_with("would leave, as it says the same already, the comment"));
        assert!(dry(&["HEAD", "HEAD"]).starts_with("would change the comment `tree-diff`"));
        assert!(dry(&["HEAD", "HEAD", "--when-empty", "delete"]).starts_with("would delete the comment"));
        assert_eq!(forge.comments(), before);
        let writes = forge.server.calls().iter().filter(|call| !call.starts_with("GET ")).count();
        assert_eq!(writes, 1, "{:?}", forge.server.calls());
    }
}

#[test]
fn what_is_missing_is_said() {
    let (forge, environment) = (Forge::start(Kind::GitHub), repository());
    let job = job(&forge, &environment);
    let says = |variables: &[(String, String)], arguments: &[&str], message: &str, hint: &str| {
        let run = run(&environment, variables, &[], arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains(message) && run.stderr.contains(hint), "{message}: {run:?}");
    };
    says(
        &job,
        &["HEAD"],
        "there is no token for GitHub: `TREEWRIGHT_TOKEN`, `GITHUB_TOKEN`, `GH_TOKEN` is not set",
        "--token-file",
    );
    says(&job, &["HEAD", "--token-variable", "MINE"], "`MINE` is not set", "--dry-run");
    says(&job, &["HEAD", "--token-file", "missing"], "cannot read `missing`", "");
    says(&job, &["HEAD", "--token-file", "apps/web.yaml"], "`apps/web.yaml` holds no token", "one word");
    says(&[], &["HEAD"], "nothing says which forge", "--forge");
    says(&[], &["HEAD", "--forge", "gitea"], "nothing says where the forge is", "--url");
    says(&[], &["HEAD", "--forge", "github"], "nothing says which project", "--project");
    says(&[], &["HEAD", "--forge", "github", "--project", "a/b"], "this run is for no merge request", "--number");
    let push: Vec<(String, String)> = job.iter().filter(|(name, _)| name != "GITHUB_EVENT_PATH").cloned().collect();
    says(&push, &["HEAD"], "this run is for no merge request", "for merge requests alone");
    says(&job, &["HEAD", "--name", "a --> b"], "it has up to 80 letters", "");
    // There is no way to hand in the token itself, so that nobody else on the machine sees it.
    says(&job, &["HEAD", "--token", TOKEN], "unexpected argument '--token'", "--token-");
    says(&job, &["nowhere", "--token-file", "missing"], "cannot read `missing`", "");
    assert_eq!(forge.server.calls(), Vec::<String>::new());
}

#[test]
fn a_forge_that_says_no_ends_the_job() {
    for kind in KINDS {
        let (forge, environment) = (Forge::start(kind), repository());
        let job = job(&forge, &environment);
        forge.fail("GET", false, Reply::new(401, format!("{{\"message\": \"401 Unauthorized {TOKEN}\"}}")));
        let refused = run(&environment, &job, &[("TREEWRIGHT_TOKEN", TOKEN)], &["HEAD^1", "HEAD"]);
        assert_eq!(refused.code, 2, "{refused:?}");
        let expected = "error: 127.0.0.1 does not accept the token: 401 Unauthorized (token) (401)\nhint: it may be wrong, or have run out\n";
        assert_eq!(refused.stderr, expected);
        // A short wait is waited for, with the clock of the machine.
        forge.fail("POST", false, Reply::new(429, "").header("Retry-After", "0"));
        let made = run(&environment, &job, &[("TREEWRIGHT_TOKEN", TOKEN)], &["HEAD^1", "HEAD"]);
        assert_eq!(made.code, 0, "{made:?}");
        // A long one is not.
        forge.fail("GET", false, Reply::new(429, "").header("Retry-After", "4000"));
        let late = run(&environment, &job, &[("TREEWRIGHT_TOKEN", TOKEN)], &["HEAD^1", "HEAD"]);
        assert!(late.code == 2 && late.stderr.contains("is too late\nhint: --timeout"), "{late:?}");
    }
}
