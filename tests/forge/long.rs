//! A change of thousands of objects, in one comment.

use treewright::{
    diff::{Danger, Level},
    forge::Kind,
    report::{CommentOptions, diff_json, diff_markdown},
};

use super::{
    command::{job, repository},
    forges::{Forge, KINDS, TOKEN},
    untrusted,
};

#[test]
fn two_thousand_objects_are_one_comment() {
    for kind in KINDS {
        let (forge, environment) = (Forge::start(kind), repository());
        let mut diff = untrusted::diff("web", 2000);
        let danger = |number: u32| Danger {
            message: format!("PersistentVolumeClaim web/data-{number} would be deleted"),
            level: Level::Error,
            ..diff.danger[0].clone()
        };
        diff.danger = (0..3).map(danger).collect();
        environment.write("report.json", &diff_json(&diff));
        let job = job(&forge, &environment);
        let mut variables: Vec<(&str, &str)> =
            job.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        variables.push(("TREEWRIGHT_TOKEN", TOKEN));
        let run = environment.treewright_with(&variables, &["comment", "--from", "report.json"]);
        assert_eq!(run.code, 0, "{run:?}");
        forge.assert_well_formed();
        let body = forge.comments()[0].body.clone();
        let limit = if kind == Kind::GitLab { 1_000_000 } else { 65_536 };
        assert!(body.len() <= limit && body.len() > limit / 2, "{kind:?} {}", body.len());
        // What it is about, then what is dangerous, then the objects.
        let at = |part: &str| body.find(part).unwrap_or_else(|| panic!("{kind:?}: {part} is missing"));
        assert_eq!(at("<!-- treewright:tree-diff -->\n### treewright: 2000 objects change in web\n"), 0);
        let places = [
            at("| web | 0 | 2000 | 0 | **3 errors** |"),
            at("#### Danger"),
            at("web/data-2 would be deleted"),
            at("<details>"),
        ];
        assert!(places.is_sorted(), "{places:?}");
        // What is missing, and where it is.
        let link = match kind {
            Kind::GitHub => format!("{}/site/clusters/actions/runs/99", forge.server.url()),
            Kind::GitLab => "https://git.example.org/-/jobs/5".to_owned(),
            Kind::Gitea => format!("{}/site/clusters/actions", forge.server.url()),
        };
        let cut = body.lines().find(|line| line.contains("not shown**"));
        if kind == Kind::GitLab {
            // There all of them fit; two more blocks are for findings.
            assert_eq!((cut, body.matches("<details>").count()), (None, 2002));
        } else {
            let cut = cut.unwrap_or_default();
            let end = format!("because this comment would be too long; [the whole diff](<{link}>):");
            assert!(cut.ends_with(&end), "{cut}");
        }
        assert_eq!(body.matches("<details>").count(), body.matches("</details>").count());
        // A page of one's own, and a smaller limit.
        let arguments =
            ["comment", "--from", "report.json", "--link", "https://example.org/diff.html", "--max-length", "9000"];
        let run = environment.treewright_with(&variables, &arguments);
        assert_eq!(run.code, 0, "{run:?}");
        let body = forge.comments()[0].body.clone();
        assert!(body.len() <= 9000 && body.contains("(<https://example.org/diff.html>)"), "{}", body.len());
    }
}

/// What several units share is said once, with their number; one unit stays one, however often it says the same.
#[test]
fn a_danger_is_said_once() {
    let mut diff = untrusted::diff("web", 1);
    let of = |unit: &str, message: &str| Danger {
        unit: unit.to_owned(),
        message: message.to_owned(),
        ..diff.danger[0].clone()
    };
    diff.danger = vec![of("a", "Job x"), of("a", "Job x"), of("b", "Job y"), of("a", "Job y"), of("c", "Job y")];
    let body = diff_markdown(&diff, CommentOptions { limit: 65_536, link: None });
    let said: Vec<&str> = body.lines().filter(|line| line.contains("Job ")).map(str::trim_end).collect();
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(!said[0].contains("units") && said[1].ends_with(", in 3 units"), "{said:#?}");
}
