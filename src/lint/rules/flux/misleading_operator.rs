//! `flux/misleading-operator`: an operator of a `${…}` does something else than in a shell.

use std::collections::BTreeSet;

use crate::{
    diagnostic::{Label, Severity},
    flux::substitute::{is_disabled, is_variable_name},
    lint::{Check, Report, Rule},
    project::Project,
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/misleading-operator",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an operator of a `${…}` does something else than in a shell",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
The controller reads `${NAME:?message}` and `${NAME:+text}`, but both mean the same as `${NAME:=…}`: what a shell prints as an error, or puts in only where there is a value, is a default here.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  postBuild:
    substitute:
      COLOUR: blue
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: \"${COLOUR:?no colour}\"
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  postBuild:
    substitute:
      COLOUR: blue
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: \"${COLOUR:=red}\"
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let mut seen = BTreeSet::new();
    for (unit, ..) in project.substituted() {
        for object in project.model().objects_of(unit).iter().filter(|object| !is_disabled(&object.value)) {
            let Some((path, node)) = project.node_of(object.origin()) else { continue };
            let comments = node.stream().comments();
            for (span, operator) in operators(node.source(), node.span().start as usize) {
                let is_comment = comments.iter().any(|comment| comment.touches(span.start as usize));
                if is_comment || !seen.insert((path.clone(), span)) {
                    continue;
                }
                let message = format!("`{operator}` does not do what it does in a shell: what follows is a default");
                let help = "write `:=` if a default is meant, or `$${` if the text is for a shell";
                report.at(Label::new(path, span, ""), message).help(help);
            }
        }
    }
}

/// The places of `${name:?` and `${name:+` in a text that begins at an offset, each with its operator.
fn operators(text: &str, offset: usize) -> Vec<(Span, &'static str)> {
    let found = text.match_indices("${").filter_map(|(at, _)| {
        let rest = text.get(at + 2..)?;
        let (name, behind) = rest.split_once(':')?;
        let operator = [":?", ":+"].into_iter().find(|one| behind.starts_with(&one[1..]))?;
        let is_escaped = text.get(..at)?.ends_with('$');
        let length = 2 + name.len() + operator.len();
        let span = Span::new(offset + at, offset + at + length);
        (is_variable_name(name) && !is_escaped).then_some((span, operator))
    });
    found.collect()
}
