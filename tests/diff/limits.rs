//! A change that is far too long for a comment.

use std::{collections::BTreeMap, fmt::Write as _};

use treewright::report::{self, CommentOptions};

use super::{COMMON, compare, memory};

/// GitHub takes no longer comment.
const GITHUB: usize = 65_536;

fn repository(image: &str, with_claim: bool) -> treewright::source::Memory {
    let mut files: BTreeMap<String, String> =
        COMMON.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let mut resources = "namespace: web\nresources:\n".to_owned();
    for number in 0..2000 {
        let _ = writeln!(resources, "  - app-{number}.yaml");
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: app-{number}}}\nspec:\n  selector: {{matchLabels: {{app: a{number}}}}}\n  template:\n    \
             metadata: {{labels: {{app: a{number}}}}}\n    spec: {{containers: [{{name: app, image: \"{image}\"}}]}}\n"
        );
        files.insert(format!("apps/app-{number}.yaml"), text);
    }
    if with_claim {
        resources.push_str("  - data.yaml\n");
        files.insert(
            "apps/data.yaml".to_owned(),
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {}\n".to_owned(),
        );
    }
    files.insert("apps/kustomization.yaml".to_owned(), resources);
    memory(&files)
}

/// How often a text stands in another.
fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn two_thousand_objects_fit_into_a_comment() {
    let diff = compare(repository("app:1", true), repository("app:2 ```` `evil`", false));
    assert_eq!(diff.objects().count(), 2001);
    let link = Some("https://example.org/job/1/diff.html");
    let text = report::diff_markdown(&diff, CommentOptions { limit: GITHUB, link });
    assert!(text.len() <= GITHUB, "{}", text.len());
    assert!(text.len() > GITHUB / 2, "what fits is shown: {}", text.len());
    // The table leads, dangers come next, then the objects.
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is missing"));
    assert!(at("| production | 0 | 2000 | 1 |") < at("#### Danger"));
    assert!(at("PersistentVolumeClaim web/data would be deleted") < at("<details>"));
    assert!(text.contains("not shown**, because this comment would be too long; [the whole diff](<https://example.org/job/1/diff.html>)"), "{}", &text[text.len() - 3000..]);
    // It is cut between objects: whatever is opened is closed.
    assert_eq!(count(&text, "<details>"), count(&text, "</details>"));
    assert_eq!(count(&text, "\n`````diff\n"), count(&text, "\n`````\n"));
    let shown = count(&text, "<details>");
    let listed = count(&text, "\n- ~ `Deployment");
    let more: usize = text
        .lines()
        .filter_map(|line| line.strip_prefix("- … and ")?.strip_suffix(" more")?.parse::<usize>().ok())
        .sum();
    assert_eq!(shown + listed + more + usize::from(text.contains("\n- - `PersistentVolumeClaim")), 2001);
}

#[test]
fn every_limit_is_kept() {
    let diff = compare(repository("app:1", true), repository("app:2", false));
    for limit in [6_000, 10_000, 30_000, 1_000_000] {
        let text = report::diff_markdown(&diff, CommentOptions { limit, link: None });
        assert!(text.len() <= limit, "{} of {limit}", text.len());
        assert_eq!(count(&text, "<details>"), count(&text, "</details>"));
    }
}
