//! `treewright blueprint new`.

use std::path::Path;

use crate::{
    change::ChangeSet,
    cli::{
        error::{CliError, Exit},
        terminal,
    },
    path::RepoPath,
    source::{Plan, SourceView, write},
};

/// Writes a blueprint to begin with: it is well, and has a test.
pub(super) fn run(name: &str, view: &dyn SourceView, root: &Path) -> Result<Exit, CliError> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !is_name {
        return Err(CliError::new(format!("`{name}` is no name for a blueprint"))
            .hint("use lower case letters, digits and `-`, and begin with a letter"));
    }
    let folder = RepoPath::new(&format!("blueprints/{name}")).map_err(|error| CliError::new(error.to_string()))?;
    if view.kind(&folder)?.is_some() {
        return Err(CliError::new(format!("{folder} is there already")).hint("take another name"));
    }
    let mut changes = ChangeSet::new();
    for (file, text) in FILES {
        let path = folder.join(file).map_err(|error| CliError::new(error.to_string()))?;
        changes.write(path, text.replace("NAME", name));
    }
    let plan = Plan::new(&changes, view)?;
    write::apply(root, &plan)?;
    let mut out: String = plan.paths().map(|path| format!("wrote {path}\n")).collect();
    out.push_str(&format!(
        "\nNext steps:\n  1. treewright blueprint check {folder}\n  2. treewright blueprint test {folder} --accept\n  3. treewright new {name} --example first --dry-run\n"
    ));
    terminal::print(&out)?;
    Ok(Exit::Clean)
}

const FILES: [(&str, &str); 4] = [
    (
        "blueprint.yaml",
        "\
blueprint: NAME
version: 0.1.0
summary: What it is for, in one line
engines: [flux, argocd]

parameters:
  namespace: {title: Namespace, type: string, format: rfc1123-label, default: \"[[ instance ]]\"}
  greeting: {title: What it says, type: string, examples: [Hello]}
required: [greeting]

uses:
  # `treewright blueprint list` shows what else there is.
  - {component: namespace, as: own_namespace, with: {name: \"[[ namespace ]]\"}}

manifests: [manifests/*.yaml]

runbook:
  - {file: runbook/verify.md, phase: verify}
",
    ),
    (
        "manifests/greeting.yaml",
        "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: greeting
  namespace: [[ namespace ]]
data:
  text: [[ greeting ]]
",
    ),
    (
        "runbook/verify.md",
        "\
## See that it works

```sh
kubectl -n [[ namespace | sh ]] get configmap greeting
```
",
    ),
    ("tests/first/answers.yaml", "greeting: Hello\n"),
];
