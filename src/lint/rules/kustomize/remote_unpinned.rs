//! `kustomize/remote-unpinned`: a base comes from another repository at no fixed version.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{KustomizationFile, Project, Target},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/remote-unpinned",
    severity: Severity::Warning,
    pedantic: true,
    summary: "a base comes from another repository at no fixed version",
    docs: DOCS,
    fix: None,
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
A remote base without a version, or at a branch, renders to something else whenever somebody changes it over there, with nothing to be seen here. A tag or a commit stays.

## Bad

```yaml apps/kustomization.yaml
resources:
  - https://github.com/example/colours//deploy?ref=main
  - https://github.com/example/sizes//deploy
```

## Good

```yaml apps/kustomization.yaml
resources:
  - https://github.com/example/colours//deploy?ref=v1.2.3
```
";

fn check(_: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    let remote = kustomization.references.iter().filter(|one| one.target == Target::Remote);
    for reference in remote.filter(|one| matches!(one.field, "resources" | "bases" | "components")) {
        let Some(version) = floating(&reference.text) else { continue };
        let message = match version {
            "" => format!("`{}` has no version", reference.text),
            version => format!("`{}` follows `{version}`", reference.text),
        };
        report
            .at(Label::new(&kustomization.path, reference.span, ""), message)
            .help("name a tag or a commit, as `?ref=v1.2.3`");
    }
}

/// The version of a remote base if it moves; empty if there is none.
fn floating(url: &str) -> Option<&str> {
    const BRANCHES: [&str; 6] = ["main", "master", "HEAD", "develop", "dev", "latest"];
    let reference = url
        .split(['?', '&'])
        .skip(1)
        .find_map(|part| part.strip_prefix("ref=").or_else(|| part.strip_prefix("version=")));
    if let Some(reference) = reference {
        return Some(reference).filter(|reference| BRANCHES.contains(reference));
    }
    let path = url.split('?').next().unwrap_or(url);
    let is_file = matches!(path.rsplit('.').next(), Some("yaml" | "yml"));
    let branch = path.split('/').find(|part| BRANCHES.contains(part));
    if is_file { branch } else { Some("") }
}
