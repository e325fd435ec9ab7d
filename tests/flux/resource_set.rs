//! `ResourceSets`: by reasoning over what the operator does.

use std::sync::Arc;

use treewright::{
    flux::expand_resource_set,
    manifest::{Rendered, RenderedObject},
    path::RepoPath,
    yaml::print,
};

use super::render::Case;

/// Expands the ResourceSet in a file with the providers in it; gives the objects, what is left out, what is wrong.
fn expanded(text: &str) -> (String, Vec<String>, Vec<String>) {
    let case = Case::new(&[("sets.yaml", text)], "");
    let path = RepoPath::new("sets.yaml").expect("a path");
    let object =
        |(id, value)| RenderedObject { id, value: Arc::new(value), path: path.clone(), name_before_hash: None };
    let objects: Vec<RenderedObject> = case.objects("sets.yaml").into_iter().map(object).collect();
    let (sets, providers): (Vec<_>, Vec<_>) = objects.iter().partition(|object| object.id.kind == "ResourceSet");
    let Rendered { objects, not_rendered, problems } = expand_resource_set(&case.session, sets[0], &providers);
    let mut text = String::new();
    print::kustomize::documents(objects.iter().map(|object| &*object.value), &mut text).expect("printable");
    let left_out = not_rendered.iter().map(|one| format!("{}: {}", one.what, one.reason)).collect();
    (text, left_out, problems.into_iter().map(|problem| problem.message).collect())
}

const HEAD: &str =
    "apiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata:\n  name: tenants\n  namespace: apps\nspec:\n";

fn map(name: &str, rest: &str) -> String {
    format!("apiVersion: v1\n{rest}kind: ConfigMap\nmetadata:\n  name: {name}\n")
}

#[test]
fn templates_are_made_for_each_set_of_inputs() {
    let spec = r#"  commonMetadata:
    labels:
      team: all
  inputs:
    - tenant: Team One
      replicas: 2
      debug: true
    - tenant: two
      replicas: 3
      debug: false
  resources:
    - apiVersion: v1
      kind: ConfigMap
      metadata:
        name: << inputs.tenant | slugify >>
        annotations:
          fluxcd.controlplane.io/reconcile: << if inputs.debug >>enabled<< else >>disabled<< end >>
      data:
        replicas: "<< inputs.replicas >>"
        literal: << "inputs" | quote >>
        of: << inputs.provider.name >>
    - apiVersion: v1
      kind: ConfigMap
      metadata:
        name: once
  resourcesTemplate: |
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: all-<< inputs.replicas >>
    data:
    << range $key, $value := inputs.provider >>
      << $key >>: << $value | quote >>
    << end >>
"#;
    let (found, left_out, problems) = expanded(&format!("{HEAD}{spec}"));
    assert_eq!((left_out, problems), (Vec::new(), Vec::new()));
    let first = "apiVersion: v1
data:
  literal: inputs
  of: tenants
  replicas: 2
kind: ConfigMap
metadata:
  annotations:
    fluxcd.controlplane.io/reconcile: enabled
  labels:
    team: all
  name: team-one
";
    let once = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels:\n    team: all\n  name: once\n";
    let all = |replicas: u8| {
        let data =
            "data:\n  apiVersion: fluxcd.controlplane.io/v1\n  kind: ResourceSet\n  name: tenants\n  namespace: apps\n";
        format!("apiVersion: v1\n{data}kind: ConfigMap\nmetadata:\n  labels:\n    team: all\n  name: all-{replicas}\n")
    };
    assert_eq!(found, [first, once, &all(2), &all(3)].join("---\n"));
}

#[test]
fn inputs_come_from_static_providers() {
    let provider = |name: &str, spec: &str| {
        format!(
            "---\napiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSetInputProvider\nmetadata:\n  name: {name}\n  namespace: apps\n  labels:\n    use: here\nspec:\n{spec}"
        )
    };
    let regions = provider("the.regions", "  type: Static\n  defaultValues:\n    region: eu\n");
    let pulls = provider("pulls", "  type: GitHubPullRequest\n  url: https://github.com/org/app\n");
    let template = |name: &str| {
        format!("  resources:\n    - apiVersion: v1\n      kind: ConfigMap\n      metadata:\n        name: {name}\n")
    };
    let from = "  inputsFrom:\n    - name: the.regions\n";
    let (found, left_out, problems) =
        expanded(&format!("{HEAD}{from}{}{regions}{pulls}", template("cm-<< inputs.region >>")));
    assert_eq!((found, left_out, problems), (map("cm-eu", ""), Vec::new(), Vec::new()));
    let id = "  resourcesTemplate: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: cm\n    data: {id: \"<< inputs.id >>\"}\n";
    let (found, left_out, _) = expanded(&format!("{HEAD}{from}{id}{regions}"));
    assert_eq!(found, "apiVersion: v1\ndata:\n  id: <id:the.regions>\nkind: ConfigMap\nmetadata:\n  name: cm\n");
    let wanted = "`inputs.id` of ResourceSetInputProvider apps/the.regions: it follows from the UID that the cluster gives to the provider";
    assert_eq!(left_out, [wanted]);
    let permute = "  inputStrategy:\n    name: Permute\n  inputs:\n    - size: s\n    - size: m\n";
    let name = template("<< inputs.tenants.size >>-<< inputs.the_regions.region >>");
    let (found, _, problems) = expanded(&format!("{HEAD}{permute}{from}{name}{regions}"));
    assert_eq!((found, problems), ([map("s-eu", ""), map("m-eu", "")].join("---\n"), Vec::new()));
    let all = "  inputsFrom:\n    - kind: ResourceSetInputProvider\n      selector:\n        matchLabels:\n          use: here\n";
    let (found, left_out, _) = expanded(&format!("{HEAD}{all}{}{regions}{pulls}", template("cm-<< inputs.region >>")));
    assert_eq!(found, map("cm-eu", ""));
    let wanted = "inputs of ResourceSetInputProvider apps/pulls: a provider of type GitHubPullRequest asks a service";
    assert_eq!(left_out, [wanted]);
    let (found, left_out, _) = expanded(&format!("{HEAD}  inputsFrom:\n    - name: absent\n{}", template("cm")));
    assert_eq!((found.as_str(), left_out.len()), ("", 1), "nothing is made without inputs that were asked for");
}

#[test]
fn templates_without_inputs_are_made_once_and_faults_are_told() {
    let template = |name: &str| {
        format!("  resources:\n    - apiVersion: v1\n      kind: ConfigMap\n      metadata:\n        name: {name}\n")
    };
    assert_eq!(expanded(&format!("{HEAD}{}", template("plain"))).0, map("plain", ""));
    let inputs = "  inputs:\n    - a: b\n";
    let (found, _, problems) = expanded(&format!("{HEAD}{inputs}{}", template("<< inputs.missing >>")));
    assert_eq!((found.as_str(), problems.len()), ("", 1), "{problems:?}");
    assert!(problems[0].starts_with("the template fails: "), "{problems:?}");
}
