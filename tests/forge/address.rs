//! Which merge request a CI runs for, from its variables alone; and which addresses are asked how.

use std::collections::BTreeMap;

use treewright::forge::{Client, Kind, MergeRequest, Surroundings, Token, detect, proxy};

use super::{Still, access, forges::TOKEN, target};

fn detected(variables: &[(&str, &str)], event: Option<&str>) -> Surroundings {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    detect(&|name| variables.get(name).map(|value| (*value).to_owned()), event)
}

const GITHUB: &[(&str, &str)] = &[
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_API_URL", "https://api.github.com"),
    ("GITHUB_SERVER_URL", "https://github.com"),
    ("GITHUB_REPOSITORY", "site/clusters"),
    ("GITHUB_RUN_ID", "99"),
    ("GITHUB_JOB", "diff"),
];

#[test]
fn github() {
    let found = detected(GITHUB, Some(r#"{"action": "synchronize", "number": 12, "pull_request": {"number": 12}}"#));
    let expected = Surroundings {
        kind: Some(Kind::GitHub),
        api: Some("https://api.github.com".to_owned()),
        project: Some("site/clusters".to_owned()),
        request: Some(MergeRequest::Number(12)),
        job: Some("diff".to_owned()),
        link: Some("https://github.com/site/clusters/actions/runs/99".to_owned()),
        authorities: None,
    };
    assert_eq!(found, expected);
    // A comment on a pull request, not one on any other issue.
    let comment = r#"{"issue": {"number": 5, "pull_request": {"url": "x"}}, "comment": {}}"#;
    assert_eq!(detected(GITHUB, Some(comment)).request, Some(MergeRequest::Number(5)));
    assert_eq!(detected(GITHUB, Some(r#"{"issue": {"number": 5}}"#)).request, None);
    // Without the payload the reference says it.
    let with_ref = [GITHUB, &[("GITHUB_REF", "refs/pull/31/merge")]].concat();
    assert_eq!(detected(&with_ref, None).request, Some(MergeRequest::Number(31)));
    assert_eq!(detected(&with_ref, Some("{ broken")).request, Some(MergeRequest::Number(31)));
    assert_eq!(
        detected(&[GITHUB, &[("GITHUB_REF", "refs/heads/main")]].concat(), Some(r#"{"ref": "refs/heads/main"}"#))
            .request,
        None
    );
    assert_eq!(Kind::GitHub.api_of("https://github.com/"), "https://api.github.com");
    assert_eq!(Kind::GitHub.api_of("https://git.example.org"), "https://git.example.org/api/v3");
}

#[test]
fn a_run_that_follows_another_one() {
    let event = |event: &str| {
        format!(
            r#"{{"workflow_run": {{"event": "{event}", "head_branch": "fix", "head_sha": "c0ffee", "pull_requests": [],
                "html_url": "https://github.com/site/clusters/actions/runs/98",
                "head_repository": {{"owner": {{"login": "mallory"}}}}}}}}"#
        )
    };
    let found = detected(GITHUB, Some(&event("pull_request")));
    let head =
        MergeRequest::Head { owner: "mallory".to_owned(), branch: "fix".to_owned(), commit: "c0ffee".to_owned() };
    assert_eq!(found.request, Some(head));
    // The diff is where it was made.
    assert_eq!(found.link.as_deref(), Some("https://github.com/site/clusters/actions/runs/98"));
    assert_eq!(detected(GITHUB, Some(&event("push"))).request, None);
}

#[test]
fn gitea_and_forgejo_have_the_variables_of_github() {
    for own in ["GITEA_ACTIONS", "FORGEJO_ACTIONS"] {
        let variables = [
            (own, "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_API_URL", "https://git.example.org/api/v1"),
            ("GITHUB_SERVER_URL", "https://git.example.org/"),
            ("GITHUB_REPOSITORY", "site/clusters"),
            ("GITHUB_RUN_ID", "7"),
        ];
        let found = detected(&variables, Some(r#"{"pull_request": {"number": 3}}"#));
        assert_eq!(found.kind, Some(Kind::Gitea));
        assert_eq!(found.api.as_deref(), Some("https://git.example.org/api/v1"));
        assert_eq!(found.request, Some(MergeRequest::Number(3)));
        assert_eq!(found.link.as_deref(), Some("https://git.example.org/site/clusters/actions"));
    }
}

#[test]
fn gitlab() {
    let variables = [
        ("GITLAB_CI", "true"),
        ("CI_API_V4_URL", "https://git.example.org/api/v4"),
        ("CI_PROJECT_ID", "40"),
        ("CI_MERGE_REQUEST_PROJECT_ID", "4"),
        ("CI_MERGE_REQUEST_IID", "12"),
        ("CI_JOB_NAME", "diff production"),
        ("CI_JOB_URL", "https://git.example.org/site/clusters/-/jobs/5"),
        ("CI_SERVER_TLS_CA_FILE", "/builds/ca.pem"),
    ];
    let expected = Surroundings {
        kind: Some(Kind::GitLab),
        api: Some("https://git.example.org/api/v4".to_owned()),
        // The one that the merge request goes to, not the fork.
        project: Some("4".to_owned()),
        request: Some(MergeRequest::Number(12)),
        job: Some("diff production".to_owned()),
        link: Some("https://git.example.org/site/clusters/-/jobs/5".to_owned()),
        authorities: Some("/builds/ca.pem".to_owned()),
    };
    assert_eq!(detected(&variables, None), expected);
    // A pipeline of a branch names its merge requests.
    let branch = [
        ("GITLAB_CI", "true"),
        ("CI_SERVER_URL", "https://git.example.org"),
        ("CI_PROJECT_ID", "40"),
        ("CI_OPEN_MERGE_REQUESTS", "site/clusters!8,site/clusters!9"),
    ];
    let found = detected(&branch, None);
    assert_eq!(found.project.as_deref(), Some("site/clusters"));
    assert_eq!(found.request, Some(MergeRequest::Number(8)));
    assert_eq!(found.api.as_deref(), Some("https://git.example.org/api/v4"));
    assert_eq!(detected(&branch[..3], None).request, None);
    assert_eq!(detected(&[], None), Surroundings::default());
}

#[test]
fn proxies() {
    let through = |variables: &[(&str, &str)], url: &str| {
        let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
        proxy(&|name| variables.get(name).map(|value| (*value).to_owned()), url)
    };
    let url = "https://git.example.org/api/v4";
    assert_eq!(through(&[], url), None);
    for name in ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        assert_eq!(through(&[(name, "http://proxy:3128")], url).as_deref(), Some("http://proxy:3128"));
        assert_eq!(through(&[(name, "http://proxy:3128")], "http://127.0.0.1:3000/"), None);
        for (entries, none) in [
            ("*", true),
            ("example.org", true),
            (".example.org", true),
            ("other.org, git.example.org:443", true),
            ("*.example.org", true),
            ("xample.org", false),
            ("", false),
        ] {
            let found = through(&[(name, "http://proxy:3128"), ("no_proxy", entries)], url);
            assert_eq!(found.is_none(), none, "{entries}");
        }
    }
    assert_eq!(through(&[("HTTP_PROXY", "http://proxy:3128")], "http://git.example.org"), None);
}

#[test]
fn addresses_that_are_not_asked() {
    let clock = Still::default();
    let error = |kind: Kind, api: &str, project: &str| {
        let target = treewright::forge::Target { project: project.to_owned(), ..target(kind, api) };
        Client::new(&target, &access(TOKEN), &clock).err().map(|error| error.message).unwrap_or_default()
    };
    // The token would go over the line as it is.
    let plain = error(Kind::Gitea, "http://git.example.org/api/v1", "site/clusters");
    assert!(plain.contains("has no TLS"), "{plain}");
    for local in ["http://127.0.0.1:3000/api/v1", "http://localhost/api/v1", "http://[::1]:3000/api/v1"] {
        assert_eq!(error(Kind::Gitea, local, "site/clusters"), "");
    }
    for wrong in ["git.example.org", "file:///etc", "https://", "https://me:password@git.example.org/api/v1", ""] {
        let said = error(Kind::Gitea, wrong, "site/clusters");
        assert!(said.contains("is no address of a forge"), "{wrong}: {said}");
    }
    for wrong in ["", "clusters", "/clusters", "site/", "a/b/c"] {
        assert_ne!(error(Kind::GitHub, "https://api.github.com", wrong), "", "{wrong}");
    }
    assert_eq!(error(Kind::GitLab, "https://gitlab.com/api/v4", "a/b/c"), "");
}

#[test]
fn what_a_token_can_be() {
    for right in ["ghp_abc", " glpat-abc\n", "a.b-c_d~e"] {
        assert!(Token::new(right).is_some(), "{right}");
    }
    for wrong in ["", "\n", "two words", "tök", "a\nb", "a\u{0}b"] {
        assert!(Token::new(wrong).is_none(), "{wrong}");
    }
}
